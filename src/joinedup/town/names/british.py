"""Which names do British people of the town bear?

Real common names in the order of how common they are, and a long tail of surnames made from the
parts of English place names, as such surnames are.
"""

SURNAMES = """
Smith Jones Williams Taylor Brown Davies Evans Wilson Thomas Roberts Johnson Walker Wright Robinson
Thompson White Hughes Edwards Green Hall Wood Harris Lewis Martin Jackson Clarke Clark Turner Hill
Cooper Morris Moore Ward Baker King Harrison Morgan Allen James Phillips Scott Watson Davis Parker
Bennett Griffiths Young Price Shaw Cook Richardson Bell Collins Carter Bailey Cox Marshall Miller
Kelly Murphy Wilkinson Adams Foster Mitchell Chapman Simpson Webb Rogers Hunt Ellis Gray Stevens
Campbell Mills Murray Owen Russell Palmer Holmes Barnes Fisher Knight Lloyd Butler Matthews Barker
Stewart Stone Reynolds Fletcher Dixon Pearson Graham Harvey Gibson Mason Andrews Howard Anderson
Fox Elliott Ford Jenkins Hart Robertson Rose West Cole Grant Hayes Lane Payne Perry Black Day
Saunders Burton Lawrence Hudson Dean Armstrong Walsh Spencer Gardner Hawkins Reid Bradley Johnston
Hamilton Nicholson Porter Carr Oliver Lawson Ryan Burns Barrett Atkinson Cunningham Francis Page
Warren Gordon Hunter Rees Webster Newman Hopkins Bishop Bird Cross Rowe Booth Arnold Dawson Norman
Goodwin Gilbert Bates Lowe Frost Osborne Read Holland Kemp Wells Nash Potter Long Savage Poole
Watts Stephens Sharp Barton Banks Peacock Moss Pratt Pritchard Hewitt Drew Tucker Lamb Nelson
Pickering Slater Sutton Swift Tanner Thorne Todd Underwood Vaughan Wade Waters Weaver Yates York
""".split()

PLACE_BEGINNINGS = """
Al Ash Ald Apple Bad Barn Beck Ber Birch Black Bleak Brad Bram Bran Brock Brom Brook Buck Burn Cald
Carl Cart Chad Cheve Chil Clay Cliff Cob Cold Col Comp Cop Cran Craw Cress Crom Cud Cul Dag Dal
Dar Daw Den Dod Dray Dun East Eccles Elm Ember Fair Fal Farn Fen Fern Flax Ful Gar Glas God Gore
Gran Green Grim Had Hal Ham Har Hart Hasel Hat Haver Hawk Hay Hazel Heath Hen Hinch Hol Horn Hors
Hunt Hurl Ingle Kel Ken Kil King Kirk Lang Lath Led Lin Long Lud Mal Mar Mel Mid Mil Mor Nether
New Nor North Oak Old Orm Os Ox Pem Pen Per Pick Pin Plum Pres Quar Rad Raven Red Rob Rush Sand
Sax Scar Sed Sel Shal Shap Ship Shir Snel Som Stan Sted Stock Stoke Strat Sud Swan Tam Tarl Thorn
Thur Til Tod Tor Tre Tun Twi Ul Up Wad Wake Wal War Wat Wel Wen Wet Whit Wil Win Wood Wor Wy Yar
""".split()

PLACE_ENDINGS = """
all bourne bridge brook burn bury by cliffe combe cote croft cross dale den don field fold ford gate
good grave greave ham hill hirst holm house hurst land law leigh ley low man mere more ness nall
oak over pool rick ridge royd sett shaw side stead stock stone stow thorpe thwaite ton tree vale
wall ward water way well wick wood worth
""".split()

# Names in fashion when a person was born: decade -> most common first.
FEMALE = {
    1920: """Margaret Mary Joan Joyce Dorothy Kathleen Doris Irene Betty Eileen Edna Hilda Vera
             Gladys Winifred Phyllis Ivy Elsie Olive Nora""",
    1940: """Margaret Patricia Christine Mary Jean Ann Susan Janet Maureen Barbara Valerie Carol
             Sandra Pauline Elizabeth Joan Pamela Jennifer Kathleen Brenda Sheila Shirley Josephine
             Rosemary Gillian Beryl Marjorie""",
    1960: """Susan Julie Karen Jacqueline Deborah Tracey Jane Helen Diane Sharon Alison Linda Sarah
             Elizabeth Angela Carol Lesley Mandy Lorraine Wendy Beverley Janice Heather Denise
             Theresa""",
    1970: """Sarah Claire Nicola Emma Lisa Joanne Michelle Helen Samantha Karen Amanda Rachel Louise
             Julie Clare Rebecca Sharon Victoria Caroline Susan Alison Catherine Paula Tracy Dawn
             Donna Kerry Melanie Joanna""",
    1990: """Rebecca Lauren Jessica Charlotte Hannah Sophie Amy Emily Laura Emma Chloe Sarah Lucy
             Katie Bethany Jade Megan Danielle Alice Abigail Olivia Natasha Kirsty Stacey Gemma
             Stephanie Kimberley Hayley Leanne Zoe""",
    2005: """Emily Jessica Chloe Megan Ellie Sophie Lucy Olivia Grace Amelia Ella Mia Lily Ruby
             Katie Holly Charlotte Caitlin Erin Molly Abigail Freya Summer Keira Paige Libby""",
    2018: """Olivia Amelia Isla Ava Lily Mia Freya Florence Willow Ivy Elsie Poppy Evie Grace
             Sienna Daisy Ada Matilda Rosie Phoebe Harper Maeve Aurora Mabel Millie Esme Bonnie""",
}
MALE = {
    1920: """John William George James Ronald Robert Kenneth Frederick Thomas Albert Eric Edward
             Arthur Charles Leslie Sidney Stanley Harold Ernest Norman""",
    1940: """John David Michael Peter Robert Anthony Brian Alan William James Richard Kenneth Roger
             Keith Colin Christopher Raymond Terence Derek Barry Malcolm Dennis Gordon Graham
             Geoffrey Trevor""",
    1960: """David Paul Andrew Mark John Michael Stephen Ian Robert Richard Christopher Peter Simon
             Anthony Kevin Gary Steven Martin James Philip Alan Neil Nigel Timothy Colin Graham
             Jonathan Nicholas Russell""",
    1970: """Paul Mark David Andrew Richard Christopher James Simon Michael Matthew Stephen Lee John
             Robert Darren Daniel Steven Jason Nicholas Jonathan Ian Neil Peter Stuart Anthony
             Martin Kevin Craig Philip Gareth Wayne""",
    1990: """Thomas James Jack Daniel Matthew Ryan Joshua Luke Samuel Jordan Adam Michael Alexander
             Christopher Benjamin Joseph Liam Jake William Andrew George Lewis Oliver David Aaron
             Ashley Kieran Scott Connor Nathan Shaun""",
    2005: """Jack Joshua Thomas James Daniel Samuel Oliver William Benjamin Joseph Harry Matthew
             Lewis Ethan Luke Charlie George Callum Alexander Mohammed Ryan Dylan Jacob Ben Cameron
             Liam Owen Tyler Max Riley""",
    2018: """Oliver George Noah Arthur Harry Leo Muhammad Jack Charlie Oscar Jacob Henry Thomas
             Freddie Alfie Theo William Theodore Archie Joshua Alexander James Isaac Edward Lucas
             Tommy Finley Max Logan Ethan Albie Rory Jude Reggie""",
}

RARE_FEMALE = """
Abbie Agnes Aimee Alexandra Angharad Anita Annabel Annette Antonia April Audrey Beatrice Bella
Bridget Bronwen Bryony Camilla Carly Carmel Cassandra Cecilia Celia Charmaine Cheryl Clara Connie
Constance Cordelia Coral Daphne Deirdre Delia Delphine Dilys Dinah Edith Eilidh Eleanor Eliza Ellen
Eloise Enid Estelle Esther Ethel Eunice Eve Evelyn Faith Felicity Fern Fiona Flora Frances Gaynor
Georgia Georgina Geraldine Gertrude Gwen Gwyneth Harriet Hattie Henrietta Hermione Hester Honor
Imogen Ingrid Iris Isabel Isabella Isobel Jemima Jenna Jodie Judith Juliet Kate Katherine Kathryn
Kirsten Lana Lavinia Leah Lois Lorna Lottie Lucinda Lydia Lynne Mabel Madeleine Maisie Marcia Marian
Marilyn Marion Martha Maud Maxine Mildred Miranda Miriam Moira Monica Morag Muriel Myrtle Nadine
Nancy Naomi Nell Nerys Nina Noreen Octavia Orla Pansy Penelope Petra Philippa Polly Portia Prudence
Queenie Rhian Rhiannon Rhoda Roisin Rosalind Rowena Ruth Sadie Sally Selina Serena Sian Sinead Sonia
Stella Sybil Sylvia Tabitha Tamsin Tara Tess Thea Thelma Tilly Ursula Vanessa Verity Veronica Violet
Vivien Wilhelmina Winnie Yvette Yvonne Zara
""".split()
RARE_MALE = """
Adrian Aidan Alastair Alec Alfred Alistair Allan Alun Alvin Ambrose Angus Archibald Austin Basil
Bernard Bertram Bevan Blake Bradley Bruce Bryn Calvin Carl Cecil Cedric Clifford Clive Clyde Corin
Craig Crispin Cuthbert Cyril Damian Dean Declan Dermot Desmond Dominic Donald Douglas Duncan Dwight
Eamonn Edgar Edmund Edwin Elliot Elwyn Emlyn Emrys Ernie Euan Evan Fergus Finn Francis Frank Fraser
Gabriel Gavin Gerald Gerard Gilbert Giles Glenn Glyn Godfrey Gregory Griffith Guy Gwilym Hamish
Harvey Hector Herbert Horace Howard Hubert Hugh Hugo Humphrey Huw Hywel Idris Ieuan Irvin Ivan Ivor
Jago Jasper Jeremy Jerome Joel Julian Kai Keiran Kelvin Kent Kirk Kyle Lance Laurence Lawrence
Leighton Lenny Leon Leonard Lionel Lloyd Louis Lyndon Magnus Marcus Marvin Maurice Melvyn Mervyn
Miles Mitchell Morris Murray Ned Neville Niall Noel Oswald Otis Owain Patrick Percy Piers Quentin
Ralph Rex Rhodri Rhys Roland Rodney Roderick Roland Rowan Roy Rufus Rupert Sean Sebastian Selwyn
Seth Silas Spencer Stewart Stuart Tobias Toby Todd Tristan Tudor Victor Vincent Vernon Walter Warren
Wilfred Winston Zachary
""".split()
