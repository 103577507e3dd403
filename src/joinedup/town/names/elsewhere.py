"""Which names do people of other naming cultures bear?

Common names of each, the most common first. Spellings are those a British form would hold.
"""

SOUTH_ASIAN_SURNAMES = """
Khan Patel Hussain Ahmed Ali Begum Singh Kaur Shah Malik Akhtar Iqbal Chowdhury Mahmood Sharma Mistry
Rahman Uddin Miah Islam Bhatti Butt Chaudhry Dar Desai Gill Dhillon Sandhu Sidhu Grewal Bains Johal
Rashid Qureshi Raja Siddiqui Sheikh Mirza Ansari Bashir Aziz Javed Yousaf Zaman Parmar Solanki Joshi
Mehta Gupta Verma Kapoor Bhatt Chauhan Rathod Modi Nair Menon Pillai Rao Reddy Das Dutta Ghosh Sen
Banerjee Mukherjee Chatterjee Bose Alam Haque Hoque Khatun Sultana Karim Rehman Saleem Nawaz Abbasi
Awan Chohan Dogra Ghuman Hayer Jhutti Kalsi Lalli Mann Nagra Panesar Randhawa Sahota Thandi Uppal
Virdi Zafar Baig Durrani Hashmi Jamil Kazmi Lodhi Memon Niazi Pasha Rana Saeed Tariq Usmani Wahid
""".split()
SOUTH_ASIAN_FEMALE = """
Fatima Aisha Zainab Maryam Priya Simran Nadia Samina Shazia Rukhsana Farah Anjali Sunita Meena
Jaspreet Harpreet Manpreet Amina Hafsa Iqra Khadija Noor Rabia Saima Tahira Uzma Yasmin Zara Asha
Bhavna Deepa Gita Hina Jyoti Kavita Lata Mina Neha Pooja Rekha Sana Tanvi Usha Vandana Shabana Nasreen
Parveen Rehana Sabina Salma Amrit Balwinder Gurpreet Kiran Navdeep Rajinder Sukhvinder Ayesha Inaya
""".split()
SOUTH_ASIAN_MALE = """
Mohammed Muhammad Imran Asif Ahmed Ali Hassan Usman Bilal Hamza Ibrahim Yusuf Adeel Tariq Rajesh
Sanjay Vijay Amit Anil Harjit Gurpreet Manjit Balbir Sukhdev Jaswinder Faisal Kamran Nadeem Shahid
Zahid Waqas Umar Salman Rizwan Qasim Omar Nasir Majid Khalid Javed Irfan Haroon Ghulam Farhan Ehsan
Danish Babar Arif Ashok Bharat Chetan Dinesh Girish Hitesh Jayesh Kishan Mahesh Naresh Paresh Rakesh
Suresh Umesh Vikram Arjun Rohan Dev Ayaan Zayn Idris
""".split()

# Polish surnames change with the bearer's sex: -ski and -ska.
POLISH_SURNAMES_MALE = """
Kowalski Wiśniewski Lewandowski Kamiński Zieliński Szymański Dąbrowski Kozłowski Jankowski Mazur
Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Nowakowski Pawłowski Michalski
Nowicki Adamczyk Dudek Zając Wieczorek Jabłoński Król Majewski Olszewski Jaworski Wróbel Malinowski
Pawlak Witkowski Walczak Stępień Górski Rutkowski Michalak Sikora Ostrowski Baran Duda Szewczyk
Tomaszewski Pietrzak Marciniak Wróblewski Zalewski Jakubowski Jasiński Zawadzki Sadowski Bąk
Chmielewski Włodarczyk Borkowski Czarnecki Sawicki Sokołowski Urbański Kubiak Maciejewski Szczepański
Kucharski Wilk Kalinowski Lis Mazurek Wysocki Adamski Kaźmierczak Wasilewski Sobczak Czerwiński Nowak
Andrzejewski Cieślak Głowacki Zakrzewski Kołodziej Sikorski Krajewski Gajewski Szymczak Laskowski
""".split()
POLISH_FEMALE = """
Anna Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Magdalena Joanna Monika Aleksandra
Zofia Teresa Natalia Julia Maja Lena Hanna Zuzanna Dorota Beata Iwona Renata Sylwia Justyna Paulina
Karolina Patrycja Weronika Oliwia Wiktoria Kinga Marta Danuta Halina Irena Jadwiga
""".split()
POLISH_MALE = """
Piotr Krzysztof Andrzej Tomasz Paweł Jan Michał Marcin Jakub Adam Marek Łukasz Grzegorz Mateusz
Stanisław Kamil Wojciech Dariusz Mariusz Maciej Rafał Zbigniew Robert Kacper Szymon Filip Antoni
Aleksander Bartosz Sebastian Dawid Damian Przemysław Sławomir Jacek Ryszard Henryk Tadeusz Jerzy
""".split()

HISPANIC_SURNAMES = """
García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández
Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez
Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias
Medina Garrido Cortés Castillo Santos Lozano Guerrero Cano Prieto Méndez Cruz Calvo Gallego Vidal
León Márquez Herrera Peña Flores Cabrera Campos Vega Fuentes Carrasco Diez Reyes Caballero Nieto
Aguilar Pascual Santana Herrero Lorenzo Hidalgo Montero Ibáñez Giménez Ferrer Durán Vicente Benítez
""".split()
HISPANIC_FEMALE = """
María Carmen Ana Isabel Laura Cristina Marta Lucía Paula Elena Sofía Pilar Dolores Rosa Teresa Raquel
Sara Julia Beatriz Silvia Patricia Alba Irene Andrea Rocío Mónica Valentina Camila Daniela Gabriela
Mercedes Montserrat Nuria Yolanda Verónica Luisa Inés Carla Martina
""".split()
HISPANIC_MALE = """
José Antonio Manuel Francisco Juan David Javier Daniel Carlos Jesús Alejandro Miguel Rafael Pedro
Ángel Pablo Sergio Fernando Jorge Luis Alberto Álvaro Diego Adrián Raúl Enrique Ramón Vicente Iván
Rubén Óscar Andrés Joaquín Santiago Eduardo Víctor Mario Roberto Mateo Hugo
""".split()

LUSOPHONE_SURNAMES = """
da_Silva dos_Santos Ferreira Pereira Oliveira da_Costa Rodrigues Martins de_Jesus de_Sousa Fernandes
Gonçalves Gomes Lopes Marques Alves de_Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes
Nunes Soares Vieira Monteiro Cardoso da_Rocha Neves Coelho da_Cruz da_Cunha Pires Ramos Reis Simões
Antunes de_Matos da_Fonseca Machado de_Araújo Barbosa Tavares Lourenço de_Castro Figueiredo Azevedo
dos_Reis de_Freitas da_Luz da_Mota do_Nascimento Barros Campos Henriques Borges Pacheco Baptista
""".split()
LUSOPHONE_FEMALE = """
Maria Ana Joana Beatriz Inês Mariana Carolina Sofia Catarina Rita Sara Marta Leonor Matilde Francisca
Teresa Paula Cristina Helena Isabel Fernanda Luísa Patrícia Sandra Sílvia Vera Filipa Margarida Raquel
Adriana Bruna Camila Larissa Letícia
""".split()
LUSOPHONE_MALE = """
João José António Manuel Pedro Carlos Luís Paulo Miguel Francisco Rui Tiago Diogo Gonçalo Rodrigo
Afonso Duarte Tomás Martim André Bruno Ricardo Nuno Jorge Fernando Joaquim Vítor Hugo Fábio Marco
Gustavo Lucas Matheus Rafael Thiago
""".split()

DUTCH_SURNAMES = """
de_Jong Jansen de_Vries van_den_Berg van_Dijk Bakker Janssen Visser Smit Meijer de_Boer Mulder de_Groot
Bos Vos Peters Hendriks van_Leeuwen Dekker Brouwer de_Wit Dijkstra Smits de_Graaf van_der_Meer
van_der_Linden Kok Jacobs de_Haan Vermeulen van_den_Heuvel van_der_Veen van_den_Broek de_Bruijn
van_der_Heijden Schouten van_Beek Willems van_Vliet van_de_Ven Hoekstra Maas Verhoeven Koster van_Dam
van_der_Wal Prins Blom Huisman Peeters de_Jonge Kuipers van_der_Berg ter_Horst van_'t_Hof
""".split()
DUTCH_FEMALE = """
Anna Emma Sanne Lotte Eva Julia Saskia Femke Anouk Marieke Johanna Cornelia Wilhelmina Elisabeth
Petra Ingrid Marijke Annelies Fleur Sophie Lieke Iris Tess Roos Maud
""".split()
DUTCH_MALE = """
Jan Pieter Willem Hendrik Johannes Cornelis Sander Jeroen Bas Daan Sem Bram Lucas Thijs Lars Ruben
Maarten Joost Wouter Niels Tim Tom Gerrit Dirk Kees
""".split()

ARABIC_SURNAMES = """
al-Hassan al-Masri al-Jabouri al-Saadi al-Khatib al-Rashid al-Najjar al-Sayed al-Haddad al-Tamimi
al-Ghamdi al-Qahtani al-Dosari al-Zahrani al-Harbi al-Mutairi al-Shehri al-Otaibi al-Hakim al-Bayati
al-Dulaimi al-Janabi al-Obaidi al-Azzawi al-Rubaie al-Sharif al-Amin al-Fayed al-Baghdadi al-Halabi
el-Sayed el-Mansouri el-Amrani el-Idrissi el-Fassi el-Khoury ben_Ali ben_Salah ben_Youssef Haddad
Mansour Khalil Ibrahim Saleh Hamdan Nasser Abbas Darwish Habib Jaber Kassem Mahfouz Othman Qasim Rahal
Sabbagh Taha Younes Zaki Bakri Cherif Daher Farouk Ghanem Hariri Issa Jamal
""".split()
ARABIC_FEMALE = """
Fatima Maryam Aisha Zainab Noor Layla Sara Huda Amal Hanan Iman Salma Rania Dina Mona Nadia Samira
Yasmin Zahra Lina Rasha Reem Dalia Ghada Hala Jamila Khadija Lubna Maha Nawal Rawan Suad Wafa
""".split()
ARABIC_MALE = """
Mohammed Ahmed Ali Omar Hassan Hussein Ibrahim Khalid Mahmoud Mustafa Youssef Abdullah Tariq Samir
Karim Nabil Ziad Bassam Fadi Ghassan Hani Imad Jamal Kamal Laith Marwan Nasser Osama Rami Sami Tamer
Wael Yasser Zaid Abdulrahman Hamza Anas Bilal
""".split()

# The child's second name is the father's own name; there is no name of the family.
PATRONYMIC_FEMALE = """
Hodan Amina Fadumo Halima Khadra Sahra Ifrah Asha Hibo Idil Ladan Nimco Sagal Ubah Zamzam Selam Tigist
Hiwot Bethlehem Meron Almaz Aster Genet Hana Kidist Lemlem Mahlet Rahel Saba Senait Tsehay Yordanos
Abeba Mulu Feven Luwam Ayaan Deqa Faiza Hawa Maryan Naima
""".split()
PATRONYMIC_MALE = """
Mohamed Abdi Ahmed Ali Hassan Abdullahi Omar Yusuf Ibrahim Ismail Farah Warsame Jama Osman Nur Hussein
Guled Liban Mahad Bashir Tesfaye Dawit Yohannes Bekele Abebe Girma Haile Solomon Tadesse Mulugeta
Getachew Kebede Alemu Tekle Berhane Samuel Filmon Kidane Mehari Yonas Zerai Amanuel Elias Dahir Hersi
Roble Samatar Shire Duale Elmi Adan Isse Mire Barre Geedi Salah Awale Nuh Diriye
""".split()

# Family name written first, the given name after it.
FAMILY_FIRST_SURNAMES = """
Chen Wang Li Zhang Liu Nguyen Tran Wong Lee Chan Cheung Lam Ng Leung Ho Lau Tang Yip Chow Tsang Kwok
Tsui Fung Cheng Mak Poon Le Pham Huynh Hoang Phan Vu Vo Dang Bui Do Duong Ly Yang Huang Zhao Wu Zhou
Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Song Kim Park Choi Jung Kang Cho Yoon Jang Lim
""".split()
FAMILY_FIRST_FEMALE = """
Mei Ying Li Na Xiu-Ying Yan Fang Lan Hong Xia Mei-Ling Wai-Yee Ka-Yan Siu-Ling Wing-Yan Thi-Lan
Thi-Hoa Thi-Mai Huong Linh Thu Trang Ngoc Phuong Ji-Woo Seo-Yeon Min-Ji Soo-Jin Hye-Jin Yuna Jing Lin
Qing Shu-Fen Yu-Ting Hui-Min Xin-Yi Wen
""".split()
FAMILY_FIRST_MALE = """
Wei Jun Ming Lei Qiang Tao Jian Bo Hao Feng Kai Chi-Ming Ka-Ho Chun-Wai Wing-Kin Kwok-Wai Siu-Man
Van-Minh Van-Hung Duc Tuan Quang Hai Nam Thanh Long Min-Jun Ji-Hoon Sung-Min Dong-Hyun Yong Gang Peng
Bin Cheng Guo-Wei Yi-Chen Zhi
""".split()

# One name is the whole name.
ONE_NAME_FEMALE = """
Lakshmi Saraswati Devi Meenakshi Kamala Parvati Suryani Wati Sri Dewi Yanti Ratna Sumiati Kartini
Zarmina Gulalai Shabnam Parwana Malalai Nargis Laleh Freshta Valliammal Thenmozhi Kavitha Malar
Selvi Amudha Ponni Revathi Indrani Sulastri
""".split()
ONE_NAME_MALE = """
Murugan Selvam Kumar Rajan Anand Arul Senthil Ganesan Suharto Budiono Wahyudi Slamet Sutrisno Bambang
Hartono Widodo Najibullah Habibullah Rahmatullah Nasrullah Ahmadullah Zabihullah Shafiq Mirwais
Prakash Velu Karthik Elango Mani Thangam Suparman Agus Joko Yanto
""".split()
