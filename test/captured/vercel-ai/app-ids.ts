/** The first six digits of the ids of the spans, by what the program does in them. */
export interface Ids {
  readonly main: string;
  readonly weather: string;
  readonly charge: string;
  readonly jsonText: string;
  readonly list: string;
  readonly nothing: string;
  readonly progress: string;
  readonly mcpTool: string;
  readonly dynamic: string;
  readonly ask: string;
  readonly gated: readonly string[];
  readonly pay?: string;
  readonly stream: string;
  readonly streamWeather: string;
  readonly streamCharge: string;
  readonly object: string;
  readonly loop?: string;
  readonly loopWeather?: string;
  readonly modelFailed: string;
  readonly failing: string;
  readonly mainModels: readonly string[];
  readonly gateModels: readonly string[];
}

export const IDS_5: Ids = {
  charge: "2a719e",
  weather: "421d6c",
  jsonText: "ab75a9",
  list: "0c9b63",
  nothing: "96ba53",
  mcpTool: "c2b53d",
  dynamic: "94d705",
  progress: "921da3",
  main: "443564",
  ask: "91a82e",
  streamCharge: "35d7ed",
  streamWeather: "068f1a",
  stream: "954f73",
  object: "0ec5d5",
  modelFailed: "4a9daf",
  failing: "67b575",
  gated: [],
  mainModels: ["789e28", "eea6d4", "9bf710"],
  gateModels: [],
};

export const IDS_5_OI: Ids = {
  charge: "5a2562",
  weather: "e6cec8",
  jsonText: "f0bb3f",
  list: "195146",
  nothing: "e0f977",
  mcpTool: "00020d",
  dynamic: "0aeec1",
  progress: "93be59",
  main: "bf0e21",
  ask: "2009e1",
  streamCharge: "170330",
  streamWeather: "81edfb",
  stream: "d7317e",
  object: "b0d92f",
  modelFailed: "340670",
  failing: "47d241",
  gated: [],
  mainModels: ["499849", "303861", "30b662"],
  gateModels: [],
};

export const IDS_6: Ids = {
  charge: "2a719e",
  weather: "421d6c",
  jsonText: "ab75a9",
  list: "0c9b63",
  nothing: "96ba53",
  mcpTool: "c2b53d",
  dynamic: "94d705",
  progress: "921da3",
  main: "443564",
  ask: "91a82e",
  pay: "910883",
  streamCharge: "35d7ed",
  streamWeather: "068f1a",
  stream: "954f73",
  object: "0ec5d5",
  loopWeather: "7870fe",
  loop: "415134",
  modelFailed: "c36651",
  failing: "4980e4",
  gated: ["68e820", "67b575", "6b0b20", "a5a475"],
  mainModels: ["789e28", "eea6d4", "9bf710"],
  gateModels: ["295687", "4a9daf", "ecce33", "c712b5"],
};

export const IDS_6_OI: Ids = {
  charge: "5a2562",
  weather: "e6cec8",
  jsonText: "f0bb3f",
  list: "195146",
  nothing: "e0f977",
  mcpTool: "00020d",
  dynamic: "0aeec1",
  progress: "93be59",
  main: "bf0e21",
  ask: "2009e1",
  pay: "613c30",
  streamCharge: "170330",
  streamWeather: "81edfb",
  stream: "d7317e",
  object: "b0d92f",
  loopWeather: "421d6c",
  loop: "443564",
  modelFailed: "340670",
  failing: "47d241",
  gated: ["c8362d", "595354", "f50346", "07aac4"],
  mainModels: ["499849", "303861", "30b662"],
  gateModels: ["6eceaa", "ae0adc", "14bb91", "f68ba1"],
};

export const IDS_7: Ids = {
  charge: "3df0f0",
  weather: "0f1ed1",
  jsonText: "ed999c",
  list: "585088",
  nothing: "83bc45",
  mcpTool: "d9bf2b",
  dynamic: "2f0f3b",
  progress: "6a6929",
  main: "042920",
  ask: "a95c92",
  pay: "aef026",
  streamCharge: "f4efe8",
  streamWeather: "8b7751",
  stream: "550b9b",
  object: "92e630",
  loopWeather: "7d6ca1",
  loop: "25d538",
  modelFailed: "cf2eef",
  failing: "65a288",
  gated: ["06c864", "4d1098", "a23c5f", "ccba90"],
  mainModels: ["0c38d7", "98fc83", "264209"],
  gateModels: ["a3d20f", "997183", "772680", "c68d6f"],
};

export const IDS_LEGACY: Ids = {
  charge: "919052",
  weather: "435a3e",
  jsonText: "854311",
  list: "03d1b0",
  nothing: "089e8d",
  mcpTool: "5a5695",
  dynamic: "85da1d",
  progress: "d3f579",
  main: "443564",
  ask: "91a82e",
  streamCharge: "35d7ed",
  streamWeather: "068f1a",
  stream: "954f73",
  object: "0ec5d5",
  loopWeather: "80f339",
  loop: "415134",
  modelFailed: "c36651",
  failing: "4980e4",
  gated: ["68e820", "67b575", "6b0b20", "a5a475"],
  mainModels: ["789e28", "eea6d4", "9bf710"],
  gateModels: ["295687", "4a9daf", "ecce33", "c712b5"],
};
