"""What are the streets, wards and buildings of the town called?"""

from functools import cache

import numpy as np

WARDS = """
Abbey Alderbrook Ashcombe Beacon Bellfield Brackenhill Bridgegate Canalside Castle Cathedral Chantry
Churchgate Cloverley Coldharbour College Copperhill Docklands Downs Eastgate Elmstead Fairmead Ferry
Foxholes Furnace Goldmere Grange Greenway Harbour Hawthorn Haymarket Heathfield Highcross Holywell
Kingsmead Lakeside Larkfield Limekiln Lowmoor Maltings Manor Marshgate Meadowbank Millfield Minster
Northgate Oakwood Orchard Parkside Pastures Pinewood Priory Quayside Queensway Ravenscroft Riverside
Rosehill Sandpits Shambles Southgate Spring Stonebridge Sunnyside Tanyard Templars Thornfield
Tollgate Trinity Valley Viaduct Vicarage Warren Waterside Weavers Wellington Westgate Wharf
Whitehouse Willowbrook Windmill Woodlands
""".split()

STREET_STEMS = """
Abbey Acacia Albert Albion Alma Ash Aspen Balmoral Barn Beech Belgrave Birch Bishop Blackthorn Bridge
Broad Brook Brunswick Burnt Cambridge Canal Carlton Castle Cavendish Cedar Chapel Charles Cherry
Chestnut Church Clarence Clifton Clover College Common Copse Cromwell Crown Dale Derby Dock Duke Eagle
East Edward Elm Essex Factory Fern Field Fleet Forest Forge Fountain Foundry Garden George Glebe
Gloucester Grange Granville Green Grosvenor Grove Hall Hamilton Harbour Hawthorn Hazel Heath Heron
Hill Holly Hope Horseshoe Ivy Jubilee Juniper Kensington King Kingfisher Laburnum Lake Lancaster Lansdowne Larch
Lark Laurel Lavender Lime Linden London Long Magnolia Maple Market Marlborough Meadow Mill Mulberry
Nelson New Norfolk North Oak Orchard Oxford Paddock Palmerston Park Pearl Pine Pond Poplar Priory
Prospect Providence Quarry Queen Raglan Railway Raven Rectory Regent Richmond River Robin Rose Rowan
Russell Salisbury Sandringham School Shaftesbury Silver Somerset South Spencer Spring Spruce Stafford
Stanley Station Sussex Swan Sycamore Temple Thistle Tower Trafalgar Union Vale Vicarage Victoria
Vine Walnut Warwick Water Waterloo Well Wellington West Westminster Wharf Wheat Willow Windsor Wood
Woodland Wren Yew York
""".split()

STREET_ENDINGS = """
Road Street Avenue Close Lane Drive Way Gardens Grove Court Crescent Terrace Place Rise Walk View
""".split()

BUILDING_STEMS = """
Admiral Anchor Atlas Beaumont Bell Britannia Brewery Calder Carriage Century Chandler Chapter Cobalt
Compass Copper Corn Cotton Dolphin Drake Ermine Falcon Garrick Granary Harrier Heritage Imperial
Keeper Kestrel Lantern Lapwing Lighthouse Malt Mariner Mason Merchant Miller Monument Navigation
Osprey Pavilion Pilot Pinnacle Quay Regency Sail Signal Spinner Tannery Timber Vanguard Velvet Weaver
""".split()

BUILDING_ENDINGS = ("House", "Court", "Point", "Works", "Mansions", "Lodge", "Heights", "Tower")


@cache
def street_names() -> tuple[str, ...]:
    """Every street name, the plain ones first, each group in a fixed mixed order."""
    plain = [f"{stem} {end}" for stem in STREET_STEMS for end in STREET_ENDINGS]
    order = np.random.default_rng(1879).permutation(len(plain))
    mixed = [plain[place] for place in order]
    qualified = [
        f"{word} {name}" for word in ("Upper", "Lower", "Great", "Little") for name in mixed
    ]
    return (*mixed, *qualified)


@cache
def building_names() -> tuple[str, ...]:
    """Every name of a building."""
    return tuple(f"{stem} {end}" for stem in BUILDING_STEMS for end in BUILDING_ENDINGS)
