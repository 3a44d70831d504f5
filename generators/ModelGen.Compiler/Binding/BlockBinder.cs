using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>Expands blocks where they are used, with the parameters that each use gives.</summary>
internal sealed class BlockBinder(DiagnosticBag diagnostics, ValueBinder values, LayerBinder layers)
{
    private readonly Stack<(Block Block, int Line)> _open = new();
    private readonly Constants _model = values.Constants;

    /// <summary>The arguments of the layer that a use of a block becomes; null after reporting what is wrong.</summary>
    /// <param name="block">The block.</param>
    /// <param name="head">The entry with its name and arguments.</param>
    /// <param name="entries">All entries of the layer.</param>
    public Arguments? Use(Block block, Entry head, IReadOnlyList<Entry> entries)
    {
        block.IsUsed = true;
        layers.Arguments.Count(1);
        if (_open.Any(open => open.Block == block))
        {
            var cycle = _open
                .Select(static open => open.Block)
                .Reverse()
                .SkipWhile(open => open != block)
                .Append(block)
                .Select(static open => open.Name.Text);
            diagnostics.Report(Rules.RecursiveBlock, head.Key.Span, block.Name.Text, string.Join(" -> ", cycle));
            return null;
        }

        if (Given(block, head.Value) is not { } given)
        {
            return null;
        }

        var inner = Parameters(block, head.Key, given);
        var mark = entries.FirstOrDefault(entry => entry != head && entry.Key.Text == BlockWord.Recompute.Name);
        var isRecomputed = mark is null ? false : values.Bind(BlockWord.Recompute.Form, $"{block.Name.Text}.{mark.Key.Text}", mark.Value);
        return Body(block, inner, head.Key.Span.Line) is { } body && isRecomputed is bool flag
            ? BlockWord.Use(block.Name.Text, body, flag)
            : null;
    }

    /// <summary>Checks a block that nothing uses, with its parameters unknown.</summary>
    public void Check(Block block)
    {
        var unknown = new Constants(_model);
        foreach (var parameter in block.Parameters)
        {
            unknown.Define(parameter.Name, null);
        }

        Body(block, unknown, block.Name.Span.Line);
    }

    // The parameters that a use gives; a single value sets the only parameter, or the only required one.
    private IReadOnlyList<Entry>? Given(Block block, Node value)
    {
        var required = block.Parameters.Where(static parameter => !parameter.HasDefault).ToList();
        var main =
            block.Parameters.Count == 1 ? block.Parameters[0]
            : required.Count == 1 ? required[0]
            : null;
        switch (value)
        {
            case ScalarNode { IsEmpty: true }:
                return [];
            case MapNode map:
                return map.Entries;
            case var _ when main is not null:
                return [new Entry(main.Name, value)];
            default:
                diagnostics.Report(
                    Rules.WrongType,
                    value.Span,
                    block.Name.Text,
                    block.Parameters.Count == 0 ? "no argument" : "its parameters in braces",
                    value.Description
                );
                return null;
        }
    }

    // Arguments are evaluated in the scope of the use; the block's layers see only its own parameters and 'let'.
    private Constants Parameters(Block block, ScalarNode use, IReadOnlyList<Entry> given)
    {
        foreach (var extra in given.Where(entry => block.Parameters.All(parameter => parameter.Name.Text != entry.Key.Text)))
        {
            diagnostics.Report(
                Rules.UnknownKey,
                extra.Key.Span,
                Excerpt.Of(extra.Key.Text),
                $"the block '{block.Name.Text}'",
                block.Parameters.Count == 0
                    ? "; it takes none"
                    : NearestWord.Hint(extra.Key.Text, block.Parameters.Select(static parameter => parameter.Name.Text))
            );
        }

        var inner = new Constants(_model);
        foreach (var parameter in block.Parameters)
        {
            var argument = given.FirstOrDefault(entry => entry.Key.Text == parameter.Name.Text)?.Value;
            if (argument is null && !parameter.HasDefault)
            {
                diagnostics.Report(
                    Rules.MissingKey,
                    use.Span,
                    $"the block '{block.Name.Text}'",
                    parameter.Name.Text,
                    "a parameter without a default"
                );
            }

            var path = $"{block.Name.Text}.{parameter.Name.Text}";
            inner.Define(parameter.Name, argument is not null ? values.Number(path, "a number", argument) : parameter.Default);
        }

        return inner;
    }

    private EquatableArray<LayerSpec>? Body(Block block, Constants parameters, int line)
    {
        var (outer, note) = (values.Constants, diagnostics.Note);
        values.Constants = parameters;
        _open.Push((block, line));
        diagnostics.Note =
            block.Parameters.Count == 0 ? note : BlockNote.Of(_open.Select(static open => (open.Block.Name.Text, open.Line)));
        var body = layers.Bind(block.Name.Text, block.Layers);
        _open.Pop();
        (values.Constants, diagnostics.Note) = (outer, note);
        block.ReadParameters.UnionWith(parameters.Used);
        return body;
    }
}
