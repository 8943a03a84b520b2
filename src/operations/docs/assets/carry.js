// Fills the forms of Swagger UI through its own actions. A value that the explorer typed is never replaced.

/** @typedef {any} System Swagger UI's system: selectors, actions, Immutable. It publishes no types. */
/** @typedef {[path: string, method: string]} Place */

export class Carrier {
  /** @type {Map<string, string>} the last value filled into each place */
  #put = new Map();

  /** @param {System} system */
  constructor(system) {
    this.system = system;
  }

  /**
   * Fills a parameter into every operation that has it, unless the explorer typed a value.
   * @param {string} name
   * @param {string} value
   * @param {'path' | 'header'} [where]
   */
  parameter(name, value, where = 'path') {
    for (const place of this.#places()) {
      const parameter = this.#parametersOf(place).find(
        (/** @type {any} */ one) => one.get('name') === name && one.get('in') === where,
      );
      if (parameter && this.#isOurs([...place, name].join(' '), this.#valueOf(place, name), parameter.get('example'))) {
        this.system.specActions.changeParam(place, name, where, value, false);
        this.system.specActions.changeParamByIdentity(place, parameter, value, false);
        this.#put.set([...place, name].join(' '), value);
      }
    }
  }

  /**
   * Fills a code into every JSON body that takes one, or into one of them.
   * @param {string} code
   * @param {Place} [only]
   */
  code(code, only) {
    for (const place of only ? [only] : this.#places()) {
      if (!this.takesCode(place)) continue;
      this.#setBody(place, JSON.stringify({ ...this.#bodyOf(place), code }, null, 2));
      this.#put.set([...place, 'code'].join(' '), code);
    }
  }

  /**
   * Fills an assertion into every JSON body that takes one.
   * @param {string} assertion
   */
  assertion(assertion) {
    for (const place of this.#places()) {
      const key = [...place, 'assertion'].join(' ');
      const example = this.#exampleOf(place)?.assertion;
      if (typeof example !== 'string' || !this.#isOurs(key, this.#bodyOf(place)?.assertion, example)) continue;
      this.#setBody(place, JSON.stringify({ ...this.#bodyOf(place), assertion }, null, 2));
      this.#put.set(key, assertion);
    }
  }

  /**
   * True for an operation whose body takes a code that the explorer did not type.
   * @param {Place} place
   */
  takesCode(place) {
    // The code of a device is shown by the device, and that of a phone was sent to it.
    if (/\/(devices|phones|blind-lookups)\//.test(place[0])) return false;
    const example = this.#exampleOf(place)?.code;
    return (
      typeof example === 'string' && this.#isOurs([...place, 'code'].join(' '), this.#bodyOf(place)?.code, example)
    );
  }

  /** @param {Place} place @returns {string | undefined} */
  codeIn(place) {
    const code = this.#bodyOf(place)?.code;
    return typeof code === 'string' ? code : undefined;
  }

  /**
   * @param {Place} place
   * @param {Record<string, string>} fields
   */
  form(place, fields) {
    this.#setBody(place, this.system.Im.OrderedMap(fields));
  }

  /** @param {Place} place @param {unknown} value */
  #setBody(place, value) {
    // Opening an operation sets its media type, which would otherwise empty the body.
    this.system.oas3Actions.setRetainRequestBodyValueFlag({ value: true, pathMethod: place });
    this.system.oas3Actions.setRequestBodyValue({ value, pathMethod: place });
  }

  /** @param {string} key @param {unknown} present @param {unknown} example */
  #isOurs(key, present, example) {
    return present === undefined || present === '' || present === example || present === this.#put.get(key);
  }

  /** @returns {Place[]} */
  #places() {
    const paths = this.system.specSelectors.specJson().get('paths').toJS();
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => /** @type {Place} */ ([path, method])),
    );
  }

  /** @param {Place} place */
  #parametersOf(place) {
    const { specSelectors, Im } = this.system;
    return specSelectors.specJsonWithResolvedSubtrees().getIn(['paths', ...place, 'parameters']) ?? Im.List();
  }

  /** @param {Place} place @param {string} name */
  #valueOf(place, name) {
    const parameters = this.system.specSelectors.operationWithMeta(...place).get('parameters');
    return parameters?.find((/** @type {any} */ one) => one.get('name') === name)?.get('value');
  }

  /** @param {Place} place */
  #exampleOf(place) {
    const at = ['paths', ...place, 'requestBody', 'content', 'application/json', 'example'];
    return this.system.specSelectors.specJson().getIn(at)?.toJS();
  }

  /** The body in the form, or the example. Undefined if it is not an object. @param {Place} place */
  #bodyOf(place) {
    const text = this.system.oas3Selectors.requestBodyValue(...place);
    if (typeof text !== 'string') return this.#exampleOf(place);
    try {
      const body = JSON.parse(text);
      return typeof body === 'object' && body !== null ? body : undefined;
    } catch {
      return undefined;
    }
  }
}
