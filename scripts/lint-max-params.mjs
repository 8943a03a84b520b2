// A lint rule for the number of parameters, with a higher limit for constructors (injected collaborators). ESLint's own
// `max-params` has one limit only.

/** @type {import('eslint').Rule.RuleModule} */
const rule = {
  meta: {
    type: 'suggestion',
    schema: [
      {
        type: 'object',
        properties: { functions: { type: 'integer' }, constructors: { type: 'integer' } },
        required: ['functions', 'constructors'],
        additionalProperties: false,
      },
    ],
    messages: { tooMany: '{{count}} parameters; at most {{max}} are allowed here.' },
  },
  create(context) {
    const limits = context.options[0];
    /** @param {any} node */
    const check = (node) => {
      const isConstructor = node.parent.type === 'MethodDefinition' && node.parent.kind === 'constructor';
      const max = isConstructor ? limits.constructors : limits.functions;
      const count = node.params.length;
      if (count > max) context.report({ node, messageId: 'tooMany', data: { count, max } });
    };
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
      TSEmptyBodyFunctionExpression: check,
      TSDeclareFunction: check,
      TSMethodSignature: check,
    };
  },
};

export const paramsPlugin = { rules: { 'max-params': rule } };
