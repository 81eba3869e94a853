/**
 * Names for people who are not to be named: friendly, one word each, and no insult in a common language. None is a first
 * name, so that nobody is taken for a colleague.
 */
export const ANIMALS: readonly string[] = `
  Agouti Albatross Alpaca Angelfish Anole Antelope Avocet Axolotl Badger Bandicoot Bilby Binturong Bison Bittern
  Bluebird Bluethroat Bobcat Bobolink Brambling Bulbul Bullfinch Bumblebee Bunting Butterfly Canary Caracal
  Cardinal Caribou Cassowary Chaffinch Chamois Cheetah Chickadee Chinchilla Chipmunk Cicada Civet Coati Condor
  Cormorant Corncrake Cottontail Crane Cricket Crossbill Curlew Cuttlefish Damselfly Deer Dhole Dingo Dipper
  Dolphin Dormouse Dove Dragonfly Duiker Dunlin Dunnock Eagle Echidna Egret Eider Eland Elk Ermine Falcon Fantail
  Fennec Fieldfare Finch Firecrest Firefly Flamingo Flicker Flycatcher Fox Frigatebird Fulmar Gadwall Garganey
  Gazelle Gecko Gemsbok Gerbil Giraffe Goldcrest Goldeneye Goldfinch Goshawk Grackle Grayling Grebe Greenfinch
  Greenshank Grosbeak Guanaco Guillemot Gyrfalcon Hare Harrier Hawfinch Hawk Hedgehog Heron Honeybee Honeyguide
  Hornbill Hummingbird Ibex Ibis Iguana Impala Jabiru Jacana Jackdaw Jaguar Jerboa Junco Kangaroo Katydid Kestrel
  Kingbird Kingfisher Kinglet Kinkajou Kite Kittiwake Kiwi Klipspringer Koala Kookaburra Kudu Lacewing Ladybird
  Lapwing Lark Lemur Leopard Linnet Lion Lorikeet Lynx Lyrebird Macaw Mallard Manakin Manta Marlin Marmot Marten
  Mayfly Meadowlark Meerkat Merganser Monarch Mongoose Moose Motmot Mouflon Narwhal Nautilus Nightingale Nightjar
  Nuthatch Nyala Ocelot Octopus Okapi Oribi Oriole Oryx Osprey Otter Ouzel Ovenbird Oystercatcher Panda Pangolin
  Panther Parakeet Partridge Pelican Penguin Petrel Pipit Plover Porpoise Potoroo Pronghorn Ptarmigan Puffin Puma
  Quail Quetzal Quokka Quoll Raven Razorbill Redpoll Redshank Redstart Redwing Reindeer Roadrunner Rosefinch Saiga
  Sailfish Salamander Salmon Sanderling Sandpiper Seahorse Serow Serval Shearwater Shelduck Shoveler Sifaka Siskin
  Skimmer Skylark Sparrow Spoonbill Springbok Squirrel Starfish Starling Stilt Stoat Stonechat Stork Sturgeon
  Sunbird Suricate Swan Swift Swordfish Tahr Takin Tanager Tapir Teal Tern Tiger Toucan Towhee Trogon Turaco
  Turnstone Veery Vicuna Vireo Wagtail Wallaby Warbler Waxwing Whimbrel Whinchat Whitethroat Wigeon Willet Wolf
  Wolverine Wombat Woodlark Wren Yak Yellowhammer Zebra
`
  .trim()
  .split(/\s+/);
