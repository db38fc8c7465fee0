/** Games, and where they are bought and played; the columns as `readTable` has them. */
export const games = `
roblox              | Roblox | com.roblox.client | com.roblox.robloxmobile | roblox.com
minecraft           | Minecraft | com.mojang.minecraftpe | = | minecraft.net
fortnite            | Fortnite | com.epicgames.fortnite | com.epicgames.FortniteGame | fortnite.com
pubg-mobile         | PUBG Mobile | com.tencent.ig com.pubg.krmobile com.pubg.imobile | com.tencent.ig
free-fire           | Free Fire | com.dts.freefireth | =
free-fire-max       | Free Fire MAX | com.dts.freefiremax | =
call-of-duty-mobile | Call of Duty: Mobile | com.activision.callofduty.shooter | =
mobile-legends      | Mobile Legends | com.mobile.legends | =
honor-of-kings      | Honor of Kings | com.tencent.tmgp.sgame | com.tencent.smoba
wild-rift           | Wild Rift | com.riotgames.league.wildrift | =
genshin-impact      | Genshin Impact | com.miHoYo.GenshinImpact | =
clash-of-clans      | Clash of Clans | com.supercell.clashofclans | com.supercell.magic
clash-royale        | Clash Royale | com.supercell.clashroyale | com.supercell.scroll
brawl-stars         | Brawl Stars | com.supercell.brawlstars | com.supercell.laser
hay-day             | Hay Day | com.supercell.hayday | com.supercell.soil
boom-beach          | Boom Beach | com.supercell.boombeach | com.supercell.reef
candy-crush         | Candy Crush Saga | com.king.candycrushsaga | com.midasplayer.apps.candycrushsaga
candy-crush-soda    | Candy Crush Soda Saga | com.king.candycrushsodasaga | com.midasplayer.apps.candycrushsodasaga
farm-heroes         | Farm Heroes Saga | com.king.farmheroessaga | com.midasplayer.apps.farmheroessaga
royal-match         | Royal Match | com.dreamgames.royalmatch | =
monopoly-go         | MONOPOLY GO! | com.scopely.monopolygo | =
township            | Township | com.playrix.township | com.playrix.township-ios
pokemon-go          | Pokémon GO | com.nianticlabs.pokemongo | =
among-us            | Among Us | com.innersloth.spacemafia | com.innersloth.amongus
stumble-guys        | Stumble Guys | com.kitkagames.fallbuddies | =
subway-surfers      | Subway Surfers | com.kiloo.subwaysurf | com.kiloo.subwaysurfers
temple-run-2        | Temple Run 2 | com.imangi.templerun2 | =
crossy-road         | Crossy Road | com.yodo1.crossyroad | com.hipsterwhale.crossy
hill-climb-racing   | Hill Climb Racing | com.fingersoft.hillclimb | com.fingersoft.hillclimbracing
geometry-dash       | Geometry Dash | com.robtopx.geometryjump | com.robtop.geometryjump
8-ball-pool         | 8 Ball Pool | com.miniclip.eightballpool | com.miniclip.8ballpoolmult
ludo-king           | Ludo King | com.ludo.king | com.gametion.ludo
ea-fc-mobile        | EA SPORTS FC Mobile | com.ea.gp.fifamobile | com.ea.ios.fifamobile
super-mario-run     | Super Mario Run | com.nintendo.zara | =
mario-kart-tour     | Mario Kart Tour | com.nintendo.zaka | =
hearthstone         | Hearthstone | com.blizzard.wtcg.hearthstone | =
bloons-td-6         | Bloons TD 6 | com.ninjakiwi.bloonstd6 | =
sky-children        | Sky: Children of the Light | com.tgc.sky.android | com.tgc.sky.ios
words-with-friends  | Words With Friends 2 | com.zynga.words3 | com.zynga.WordsWithFriends3
chess-com           | Chess.com | com.chess | com.chess.iphone | chess.com
steam               | Steam | com.valvesoftware.android.steam.community | com.valvesoftware.Steam
                    | store.steampowered.com steamcommunity.com
`;
