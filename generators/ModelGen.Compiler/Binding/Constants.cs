using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Binding;

/// <summary>The names that expressions may use: a block's parameters, then the constants under <c>let</c>.</summary>
internal sealed class Constants(Constants? outer)
{
    private readonly Dictionary<string, Constant> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScalarNode> _announced = new(StringComparer.Ordinal);

    /// <summary>The names visible here.</summary>
    public IEnumerable<string> Names => outer is null ? _constants.Keys : _constants.Keys.Concat(outer.Names);

    /// <summary>Defines a name; the value is null where its own text was wrong, so that its uses are not reported again.</summary>
    public void Define(ScalarNode name, double? value) => _constants[name.Text] = new Constant(name, value);

    /// <summary>Tells of names before they are defined, so that a use before its definition can be told from an unknown name.</summary>
    public void Announce(IEnumerable<ScalarNode> names)
    {
        foreach (var name in names)
        {
            _announced[name.Text] = name;
        }
    }

    /// <summary>The line that defines a name further down; null where none does.</summary>
    public int? LineBelow(string name) =>
        _announced.TryGetValue(name, out var below) && !_constants.ContainsKey(name) ? below.Span.Line : outer?.LineBelow(name);

    public bool Contains(string name) => _constants.ContainsKey(name) || (outer?.Contains(name) ?? false);

    /// <summary>The value of a name, which is then marked as used.</summary>
    public double? Use(string name)
    {
        if (_constants.TryGetValue(name, out var constant))
        {
            constant.IsUsed = true;
            return constant.Value;
        }

        return outer?.Use(name);
    }

    /// <summary>The names defined here that were used.</summary>
    public IEnumerable<string> Used =>
        _constants.Values.Where(static constant => constant.IsUsed).Select(static constant => constant.Name.Text);

    /// <summary>Reports the names that nothing uses.</summary>
    /// <param name="diagnostics">Receives the mistakes.</param>
    /// <param name="written">What the file mentions, if not all of it could be read.</param>
    public void ReportUnused(DiagnosticBag diagnostics, WrittenNames? written)
    {
        foreach (
            var constant in _constants.Values.Where(constant =>
                !constant.IsUsed && written?.MayUse(constant.Name.Text, _constants.ContainsKey) != true
            )
        )
        {
            diagnostics.Report(Rules.UnusedConstant, constant.Name.Span, constant.Name.Text);
        }
    }

    private sealed class Constant(ScalarNode name, double? value)
    {
        public ScalarNode Name { get; } = name;

        public double? Value { get; } = value;

        public bool IsUsed { get; set; }
    }
}
