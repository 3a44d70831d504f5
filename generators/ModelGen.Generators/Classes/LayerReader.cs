using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words;
using ModelGen.Compiler.Words.Layers;

namespace ModelGen.Generators.Classes;

/// <summary>Reads the lists of layers of a class, and how they refer to each other.</summary>
internal sealed class LayerReader(
    Places places,
    DiagnosticBag diagnostics,
    ArgumentReader arguments,
    IReadOnlyList<IPropertySymbol> properties,
    CancellationToken cancellation
)
{
    private const string As = "As";
    private const string From = "From";

    private readonly Dictionary<IPropertySymbol, ListNode> _lists = new(SymbolEqualityComparer.Default);
    private readonly List<IPropertySymbol> _open = [];
    private readonly List<(ScalarNode Word, IPropertySymbol Property)> _blocks = [];

    /// <summary>The properties that were read.</summary>
    public IEnumerable<IPropertySymbol> Used => _lists.Keys;

    /// <summary>The list of a property: the same for each use.</summary>
    public ListNode List(IPropertySymbol property)
    {
        if (_lists.TryGetValue(property, out var known))
        {
            return known;
        }

        cancellation.ThrowIfCancellationRequested();
        _open.Add(property);
        var items = property.GetAttributes().Where(RuntimeAttributes.IsLayer).Select(Layer).ToList();
        _open.RemoveAt(_open.Count - 1);
        return _lists[property] = new ListNode(Place(property), items);
    }

    /// <summary>The blocks that the lists read so far use; null where they use none.</summary>
    public MapNode? Blocks(SourceSpan place)
    {
        var entries = new List<Entry>();
        for (var i = 0; i < _blocks.Count; i++)
        {
            // A block may use others.
            var (word, property) = _blocks[i];
            var layers = new Entry(new ScalarNode(word.Span, "layers", isQuoted: false), List(property));
            entries.Add(new Entry(word, new MapNode(word.Span, [layers])));
        }

        return entries.Count == 0 ? null : new MapNode(place, entries);
    }

    /// <summary>The place of a property's name in its declaration.</summary>
    public SourceSpan Place(IPropertySymbol property) =>
        property
            .DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation))
            .OfType<PropertyDeclarationSyntax>()
            .FirstOrDefault()
            is { } declaration
            ? places.Of(declaration.Identifier)
            : SourceSpan.FileStart;

    private Node Layer(AttributeData attribute)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax syntax)
        {
            return new UnreadNode(SourceSpan.FileStart);
        }

        var (span, name) = (places.Of(syntax), places.Of(syntax.Name));
        var layer = RuntimeAttributes.Find(attribute, AttributeRole.Layer);
        if (ArgumentReader.IsUnreadable(attribute))
        {
            return new UnreadNode(span);
        }

        var given = arguments.Read(
            attribute,
            syntax,
            layer is null ? ["Layers"] : [.. layer.Positional.Select(static argument => argument.Property)]
        );
        var entries = layer is null ? Use(given, name) : Word(layer, given, name, span);
        if (entries is null)
        {
            return new UnreadNode(span);
        }

        entries.AddRange(
            given
                .Where(static argument => argument.Property is As or From)
                .OrderBy(static argument => argument.Property, StringComparer.Ordinal)
                .Select(argument => new Entry(
                    new ScalarNode(argument.Place, argument.Property.ToLowerInvariant(), isQuoted: false),
                    arguments.Words(argument)
                ))
        );
        return new MapNode(span, entries);
    }

    private List<Entry>? Word(AttributeClass layer, IReadOnlyList<GivenArgument> given, SourceSpan name, SourceSpan span)
    {
        var (inside, beside) = (new List<Entry>(), new List<Entry>());
        foreach (var argument in given.Where(static argument => argument.Property is not (As or From)))
        {
            var parameter = layer.Arguments.First(candidate => candidate.Property == argument.Property).Parameters[0];
            var entry =
                parameter is LayersParameter
                    ? Named(argument) is { } list
                        ? new Entry(new ScalarNode(argument.Place, parameter.Name, isQuoted: false), list)
                        : null
                    : arguments.Entry(argument, parameter);
            if (entry is not null)
            {
                (parameter.IsBeside ? beside : inside).Add(entry);
            }
            else if (parameter.IsRequired)
            {
                return null;
            }
        }

        Node value = inside.Count == 0 ? new ScalarNode(name, "", isQuoted: false) : new MapNode(span, inside);
        return [new Entry(new ScalarNode(name, layer.Word, isQuoted: false), value), .. beside];
    }

    private List<Entry>? Use(IReadOnlyList<GivenArgument> given, SourceSpan name)
    {
        if (Property(given[0]) is not { } property)
        {
            return null;
        }

        var block = BlockNames.Of(property.Name);
        if (_blocks.FirstOrDefault(known => known.Word.Text == block).Property is not { } other)
        {
            _blocks.Add((new ScalarNode(Place(property), block, isQuoted: false), property));
        }
        else if (!SymbolEqualityComparer.Default.Equals(other, property))
        {
            diagnostics.Report(
                Rules.InvalidName,
                Place(property),
                property.Name,
                "a block",
                $"both it and '{other.Name}' would name the block '{block}'"
            );
        }

        var use = new Entry(new ScalarNode(name, block, isQuoted: false), new ScalarNode(name, "", isQuoted: false));
        return
        [
            use,
            .. given
                .Where(static argument => argument.Property == Names.Pascal(BlockWord.Recompute.Name))
                .Select(argument => arguments.Entry(argument, BlockWord.Recompute)!),
        ];
    }

    // The list of the property that an argument names.
    private ListNode? Named(GivenArgument argument)
    {
        if (Property(argument) is not { } property)
        {
            return null;
        }

        var place = Value(argument);
        if (_open.Contains(property, SymbolEqualityComparer.Default))
        {
            var cycle = _open
                .SkipWhile(open => !SymbolEqualityComparer.Default.Equals(open, property))
                .Append(property)
                .Select(static open => open.Name);
            diagnostics.Report(Rules.RecursiveBlock, place, property.Name, string.Join(" -> ", cycle));
            return null;
        }

        if (_open.Count >= YamlReader.MaximumDepth)
        {
            diagnostics.Report(Rules.TooDeep, place, YamlReader.MaximumDepth.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        return List(property);
    }

    private IPropertySymbol? Property(GivenArgument argument)
    {
        var name = argument.Value.Value as string ?? "";
        if (properties.FirstOrDefault(property => property.Name == name) is { } found)
        {
            return found;
        }

        diagnostics.Report(
            Rules.UnknownWord,
            Value(argument),
            Excerpt.Of(name),
            "a property of this class that lists layers",
            NearestWord.Hint(name, properties.Select(static property => property.Name))
        );
        return null;
    }

    private SourceSpan Value(GivenArgument argument) =>
        argument.Expressions.Count == 0 ? argument.Place : places.Of(argument.Expressions[0]);
}
