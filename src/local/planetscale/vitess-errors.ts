import { describeStatement } from "./bind-vars.ts";
import type { Refusal } from "./refusal.ts";

/** An error as it stands in the body of an answer. */
export interface VitessError {
  /** gRPC code in capitals, such as ALREADY_EXISTS. */
  code: string;
  message: string;
}

/** An error of MySQL itself: its number, its SQL state and its words. */
export interface MysqlError {
  errno: number;
  sqlstate: string;
  text: string;
}

const CALLER = "(CallerID: focus-local)";

// Vitess's table (vttablet's tabletserver): what it does not name is UNKNOWN.
const CODES = new Map<number, string>([
  ...withCode("ALREADY_EXISTS", 1050, 1062, 1086, 1125),
  ...withCode("ABORTED", 1078, 1080, 1152, 1213),
  ...withCode("DEADLINE_EXCEEDED", 1205, 3024),
  ...withCode("UNAVAILABLE", 1053, 1290, 2002, 2003, 2006, 2013),
  ...withCode("NOT_FOUND", 1029, 1032, 1054, 1094, 1109, 1122, 1141, 1146, 1147, 1176),
  ...withCode("PERMISSION_DENIED", 1044, 1045, 1095, 1142, 1143, 1211, 1227),
  ...withCode(
    "RESOURCE_EXHAUSTED",
    1021,
    1037,
    1038,
    1040,
    1041,
    1114,
    1129,
    1135,
    1153,
    1203,
    1226,
  ),
  ...withCode("UNIMPLEMENTED", 1235),
  ...withCode("FAILED_PRECONDITION", 1046, 1082, 1091, 1099, 1100, 1104, 1148, 1162, 1169, 1173),
  ...withCode("FAILED_PRECONDITION", 1179, 1215, 1216, 1217, 1223, 1230, 1241, 1242, 1264, 1288),
  ...withCode("FAILED_PRECONDITION", 1289, 1291, 1451, 1452, 1792),
  ...withCode("INVALID_ARGUMENT", 1047, 1048, 1049, 1051, 1052, 1055, 1056, 1057, 1058, 1059, 1060),
  ...withCode("INVALID_ARGUMENT", 1061, 1063, 1064, 1065, 1066, 1067, 1068, 1069, 1070, 1071, 1072),
  ...withCode("INVALID_ARGUMENT", 1073, 1074, 1075, 1083, 1084, 1085, 1089, 1090, 1093, 1096, 1097),
  ...withCode("INVALID_ARGUMENT", 1101, 1102, 1103, 1106, 1107, 1108, 1110, 1111, 1113, 1115, 1116),
  ...withCode("INVALID_ARGUMENT", 1117, 1118, 1120, 1121, 1128, 1136, 1138, 1139, 1140, 1144, 1149),
  ...withCode("INVALID_ARGUMENT", 1166, 1167, 1170, 1171, 1172, 1193, 1204, 1210, 1221, 1222, 1225),
  ...withCode("INVALID_ARGUMENT", 1228, 1229, 1231, 1232, 1233, 1234, 1239, 1253, 1267, 1270, 1271),
  ...withCode("INVALID_ARGUMENT", 1273, 1280, 1292, 1293, 1294, 1298, 1300, 1366, 1406, 1690, 3819),
]);

function withCode(code: string, ...numbers: number[]): [number, string][] {
  return numbers.map((number) => [number, code]);
}

/** The error a statement gets when MySQL refused it; `sql` is the whole statement. */
export function fromMysql(database: string, error: MysqlError, sql: string): VitessError {
  const code = CODES.get(error.errno) ?? "UNKNOWN";
  const cause = `${error.text} (errno ${error.errno}) (sqlstate ${error.sqlstate})`;
  return {
    code,
    message: `${fromTablet(database, code, cause)}: ${describeStatement(sql)}`,
  };
}

/** The error a statement gets when Vitess itself refused it. */
export function fromRefusal(refusal: Refusal): VitessError {
  const { code, text, errno, sqlstate } = refusal;
  return { code, message: `${text} (errno ${errno}) (sqlstate ${sqlstate}) ${CALLER}` };
}

/** No MySQL behind: away, starting, or gone in the middle of a statement. */
export function unavailable(database: string, cause: string): VitessError {
  return { code: "UNAVAILABLE", message: fromTablet(database, "UNAVAILABLE", cause) };
}

/** Something happened to the transaction: it is in use, over its time or not known (any more). */
export function aborted(database: string, transactionId: string, cause: string): VitessError {
  const message = fromTablet(database, "ABORTED", `transaction ${transactionId}: ${cause}`);
  return { code: "ABORTED", message };
}

/** More rows than one statement may answer with. */
export function tooManyRows(database: string, limit: number, sql: string): VitessError {
  const cause = `Row count exceeded ${limit} (errno 10001) (sqlstate HY000)`;
  return {
    code: "UNKNOWN",
    message: `${fromTablet(database, "UNKNOWN", cause)}: ${describeStatement(sql)}`,
  };
}

/** All connections are taken by other transactions and statements. */
export function exhausted(database: string): VitessError {
  const cause = "transaction pool connection limit exceeded";
  return {
    code: "RESOURCE_EXHAUSTED",
    message: fromTablet(database, "RESOURCE_EXHAUSTED", cause),
  };
}

function fromTablet(database: string, code: string, cause: string): string {
  const pascal = code
    .toLowerCase()
    .replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `target: ${database}.-.primary: vttablet: rpc error: code = ${pascal} desc = ${cause} ${CALLER}`;
}
