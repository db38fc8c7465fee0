import { join } from "node:path";
import type { RuleTester } from "oxlint/plugins-dev";
import { judgeImport } from "./judge-import.ts";
import { judgeAmbientRead, judgeEnvMention } from "./judge-ambient.ts";

export type Rule = Parameters<RuleTester["run"]>[1];

const ROOT = `${join(import.meta.dirname, "../..")}/`.replaceAll("\\", "/");

/** Gives a file's path relative to the repository's root, with forward slashes. */
function pathOf(filename: string): string {
  const path = filename.replaceAll("\\", "/");
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}

/** Holds every import, re-export and import type against the tables of arrows and packages. */
const whoMayImport: Rule = {
  create(context) {
    const path = pathOf(context.filename);
    const check = (
      node: { start: number; end: number; range: [number, number] },
      specifier: unknown,
      how: { typeOnly?: boolean; passedOn?: boolean } = {},
    ): void => {
      if (typeof specifier !== "string") return;
      const { typeOnly = false, passedOn = false } = how;
      const message = judgeImport({ path, specifier, typeOnly, passedOn });
      if (message !== null) context.report({ node, message });
    };
    return {
      ImportDeclaration(node) {
        check(node.source, node.source.value, { typeOnly: node.importKind === "type" });
      },
      ExportNamedDeclaration(node) {
        if (node.source === null) return;
        const typeOnly = node.exportKind === "type";
        check(node.source, node.source.value, { typeOnly, passedOn: true });
      },
      ExportAllDeclaration(node) {
        const typeOnly = node.exportKind === "type";
        check(node.source, node.source.value, { typeOnly, passedOn: true });
      },
      ImportExpression(node) {
        check(node, "value" in node.source ? node.source.value : undefined);
      },
      TSImportType(node) {
        check(node, node.source.value, { typeOnly: true });
      },
    };
  },
};

/** Time and chance come through the platform, so that a test can hold both still. */
const noAmbientTimeOrChance: Rule = {
  create(context) {
    const path = pathOf(context.filename);
    return {
      MemberExpression(node) {
        const { object, property } = node;
        const owner =
          object.type === "Identifier"
            ? object.name
            : object.type === "MemberExpression" && object.property.type === "Identifier"
              ? object.property.name
              : null;
        const name =
          property.type === "Identifier" && !node.computed
            ? property.name
            : property.type === "Literal"
              ? property.value
              : null;
        const message = judgeAmbientRead(path, `${String(owner)}.${String(name)}`);
        if (message !== null) context.report({ node, message });
      },
      NewExpression(node) {
        if (node.arguments.length > 0 || node.callee.type !== "Identifier") return;
        const message = judgeAmbientRead(path, `new ${node.callee.name}()`);
        if (message !== null) context.report({ node, message });
      },
      CallExpression(node) {
        if (node.callee.type !== "Identifier") return;
        const message = judgeAmbientRead(path, `${node.callee.name}()`);
        if (message !== null) context.report({ node, message });
      },
    };
  },
};

/** Use cases and what they work with get a context, never the Worker's raw environment. */
const noEnv: Rule = {
  create(context) {
    const path = pathOf(context.filename);
    return {
      TSTypeReference(node) {
        const { typeName } = node;
        const name =
          typeName.type === "Identifier"
            ? typeName.name
            : typeName.type === "TSQualifiedName"
              ? typeName.right.name
              : null;
        const message = name === "Env" ? judgeEnvMention(path) : null;
        if (message !== null) context.report({ node, message });
      },
    };
  },
};

export default {
  meta: { name: "focus" },
  rules: {
    "who-may-import": whoMayImport,
    "no-ambient-time-or-chance": noAmbientTimeOrChance,
    "no-env": noEnv,
  },
};
