using System.Globalization;
using System.Text;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Binding;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words;

namespace ModelGen.Generators.Tests.Classes;

/// <summary>Writes a spec as a class with attributes, by nothing but the catalogue.</summary>
internal sealed class ClassText
{
    private readonly DiagnosticBag _diagnostics = new();
    private readonly Constants _constants = new(null);
    private readonly List<string> _attributes = [];
    private readonly List<string> _properties = [];
    private readonly HashSet<string> _blocks = [];
    private readonly List<FamilyKey> _keys;
    private int _count;

    private ClassText(IEnumerable<FamilyKey> keys) => _keys = [.. keys];

    /// <summary>Whether a spec can be written so: blocks with parameters have no form as attributes.</summary>
    public static bool CanWrite(string spec) =>
        !SpecText.Parse(spec).All().OfType<SpecText.Key>().Any(static key => key.Name == "parameters");

    /// <summary>The C#.</summary>
    public static string Of(string spec, string @namespace)
    {
        var root = SpecText.Parse(spec);
        var family = Catalogue.Of<Family>().Single(word => word.Word == Text(Value(root, "family")!));
        return new ClassText(FamilyKey.Of(family)).Write(root, family, @namespace);
    }

    /// <summary>The C# of a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="family">The family of its model.</param>
    /// <param name="modelSpace">The namespace of its model.</param>
    /// <param name="namespace">Its own namespace.</param>
    public static string OfRecipe(string recipe, Family family, string modelSpace, string @namespace)
    {
        var root = SpecText.Parse(recipe);
        var writer = new ClassText(FamilyKey.Of(family.RecipeParameters));
        Assert.Empty(writer.Group("", root, family.RecipeParameters));
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"namespace {@namespace}\n{{\nusing ModelGen;\n\n[Recipe(typeof(global::{modelSpace}.{Text(Value(root, "model")!)}), "
                + $"Summary = {Literal(Text(Value(root, "summary")!))})]\n"
        );
        writer._attributes.ForEach(attribute => text.Append(CultureInfo.InvariantCulture, $"[{attribute}]\n"));
        return text.Append(CultureInfo.InvariantCulture, $"public static partial class {Text(Value(root, "run")!)};\n}}\n").ToString();
    }

    private string Write(SpecText.Group root, Family family, string @namespace)
    {
        foreach (var constant in Value(root, "let") is SpecText.Group let ? let.Keys : [])
        {
            _constants.Define(Scalar(constant.Name), double.Parse(Number(constant.Value), CultureInfo.InvariantCulture));
        }

        var blocks = Value(root, "blocks") is SpecText.Group group ? group.Keys : [];
        _blocks.UnionWith(blocks.Select(static block => block.Name));

        var own = new List<string>();
        if (Value(root, "summary") is { } summary)
        {
            own.Add($"Summary = {Literal(Text(summary))}");
        }

        own.AddRange(Group("", root, family.Parameters));
        foreach (var block in blocks)
        {
            Property(Names.Pascal(block.Name) + "Layers", (SpecText.Items)Value((SpecText.Group)block.Value, "layers")!);
        }

        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"namespace {@namespace}\n{{\nusing ModelGen;\n\n[{Use(AttributeCatalogue.Find(family), own)}]\n"
        );
        _attributes.ForEach(attribute => text.Append(CultureInfo.InvariantCulture, $"[{attribute}]\n"));
        text.Append(CultureInfo.InvariantCulture, $"public partial class {Text(Value(root, "model")!)}\n{{\n");
        _properties.ForEach(property => text.Append(property));
        return text.Append("}\n}\n").ToString();
    }

    // The arguments of a group's attribute; what has an attribute or a property of its own is written there.
    private List<string> Group(string prefix, SpecText.Group group, IReadOnlyList<Parameter> parameters)
    {
        var arguments = new List<string>();
        foreach (var key in group.Keys)
        {
            if (parameters.FirstOrDefault(candidate => candidate.Name == key.Name) is not { } parameter)
            {
                continue;
            }

            var path = prefix + key.Name;
            switch (parameter)
            {
                case LayersParameter:
                    Property(Names.Pascal(key.Name) + "Layers", (SpecText.Items)key.Value);
                    break;
                case GroupParameter inner:
                    var attribute = AttributeCatalogue.All.Single(candidate => candidate.Definition is null && candidate.Word == key.Name);
                    var at = _attributes.Count;

                    // What is no group is the main argument, which needs no name.
                    var own = key.Value is SpecText.Group written
                        ? Group(path + ".", written, inner.Parameters)
                        : [Value(inner.Parameters.Single(static main => main.IsMain), key.Value, isPositional: true)];
                    _attributes.Insert(
                        at,
                        Use(
                            attribute,
                            [
                                .. own,
                                .. Path(
                                    path,
                                    _keys.Where(candidate => candidate.Parameter is GroupParameter && candidate.Parameter.Name == key.Name)
                                ),
                            ]
                        )
                    );
                    break;
                case { AllowedWords.Count: > 0 }:
                    var (word, value) = key.Value is SpecText.Group { Keys: [var only] }
                        ? (only.Name, only.Value)
                        : (Text(key.Value), null);
                    var definition = parameter.AllowedWords.Single(candidate => candidate.Word == word);
                    _attributes.Add(
                        Use(
                            AttributeCatalogue.Find(definition),
                            [
                                .. Arguments(definition, value, []),
                                .. Path(path, _keys.Where(candidate => candidate.Parameter.AllowedWords.Contains(definition))),
                            ]
                        )
                    );
                    break;
                default:
                    arguments.Add($"{Names.Pascal(key.Name)} = {Value(parameter, key.Value, isPositional: false)}");
                    break;
            }
        }

        return arguments;
    }

    private static IEnumerable<string> Path(string path, IEnumerable<FamilyKey> candidates) =>
        candidates.Count() > 1 ? [$"Key = \"{path}\""] : [];

    private void Property(string name, SpecText.Items layers)
    {
        var at = _properties.Count;
        var attributes = layers.Values.Select(Layer).ToList();
        _properties.Insert(at, $"    [{string.Join(",\n        ", attributes)}]\n    static partial LayerList {name} {{ get; }}\n\n");
    }

    private string Layer(SpecText layer)
    {
        var keys = layer is SpecText.Group group ? group.Keys : [new SpecText.Key(Text(layer), new SpecText.Word(""))];
        var connections = keys.Where(static key => key.Name is "as" or "from")
            .Select(key =>
                key.Name == "as"
                    ? $"As = \"{Text(key.Value)}\""
                    : "From = "
                        + $"[{string.Join(", ", (key.Value is SpecText.Items items ? items.Values : [key.Value]).Select(static name => $"\"{Text(name)}\""))}]"
            );
        if (keys.FirstOrDefault(key => _blocks.Contains(key.Name)) is { } block)
        {
            return $"Use({string.Join(", ", connections.Concat(keys.Where(static key => key.Name == "recompute").Select(static key => $"Recompute = {Text(key.Value)}")).Prepend($"nameof({Names.Pascal(block.Name)}Layers)"))})";
        }

        var head = keys.Single(static key => Catalogue.Of<Layer>().Any(word => word.Word == key.Name));
        var definition = Catalogue.Of<Layer>().Single(word => word.Word == head.Name);
        return Use(
            AttributeCatalogue.Find(definition),
            [
                .. Arguments(
                    definition,
                    head.Value,
                    keys.Where(key => definition.Parameters.Any(parameter => parameter.IsBeside && parameter.Name == key.Name))
                ),
                .. connections,
            ]
        );
    }

    private List<string> Arguments(Definition definition, SpecText? value, IEnumerable<SpecText.Key> beside)
    {
        var given = value switch
        {
            SpecText.Group group => group.Keys,
            null or SpecText.Word { Text: "" } => [],
            _ => [new SpecText.Key(definition.Main!.Name, value)],
        };
        var all = given.Concat(beside).ToList();
        var positional = AttributeCatalogue.Find(definition).Positional.Select(static argument => argument.Key).ToList();

        // By position where the spec has the same order, by name elsewhere: both are to be tried.
        var isPositional =
            positional.Count > 0
            && all.Take(positional.Count).Select(static key => key.Name).SequenceEqual(positional)
            && (value is not SpecText.Group || all.Count > 1);
        return
        [
            .. all.Select(
                (key, i) =>
                {
                    var parameter = definition.Parameters.Single(candidate => candidate.Name == key.Name);
                    return isPositional && i < positional.Count
                        ? Value(parameter, key.Value, isPositional: true)
                        : $"{Names.Pascal(key.Name)} = {Value(parameter, key.Value, isPositional: false)}";
                }
            ),
        ];
    }

    private string Value(Parameter parameter, SpecText value, bool isPositional)
    {
        switch (parameter)
        {
            case LayersParameter:
                var name = string.Create(CultureInfo.InvariantCulture, $"Part{++_count}");
                Property(name, (SpecText.Items)value);
                return $"nameof({name})";
            case SizesParameter sizes when value is SpecText.Items list:
                var numbers = string.Join(", ", list.Values.Select(Number));
                return isPositional ? numbers
                    : sizes.AllowsOne ? $"new[] {{ {numbers} }}"
                    : $"[{numbers}]";
            case TypeParameter:
                return $"typeof(global::{Text(value)})";
            case TextsParameter:
                return $"[{string.Join(", ", ((SpecText.Items)value).Values.Select(static each => Literal(Text(each))))}]";
            case PairParameter or NumbersParameter:
                return $"[{string.Join(", ", ((SpecText.Items)value).Values.Select(Number))}]";
            case IntegerParameter or NumberParameter or SizesParameter:
                return Number(value);
            case FlagParameter:
                return Text(value);
            default:
                return Literal(value is SpecText.Word ? Text(value) : Flow(value));
        }
    }

    private string Number(SpecText value)
    {
        var number = new ValueBinder(_diagnostics, _constants).Number("", "a number", Scalar(Text(value)));
        Assert.Equal(0, _diagnostics.Count);
        return NumberText.Of(number!.Value);
    }

    private static string Flow(SpecText value) =>
        value switch
        {
            SpecText.Group group => $"{{ {string.Join(", ", group.Keys.Select(static key => $"{key.Name}: {Flow(key.Value)}"))} }}",
            SpecText.Items items => $"[{string.Join(", ", items.Values.Select(Flow))}]",
            _ => ((SpecText.Word)value).Text,
        };

    private static string Use(AttributeClass attribute, IReadOnlyList<string> arguments) =>
        arguments.Count == 0 ? attribute.Name : $"{attribute.Name}({string.Join(", ", arguments)})";

    private static SpecText? Value(SpecText.Group group, string key) =>
        group.Keys.FirstOrDefault(candidate => candidate.Name == key)?.Value;

    private static string Text(SpecText value) =>
        ((SpecText.Word)value).Text is ['\'', .. var inner, '\'']
            ? inner.Replace("''", "'", StringComparison.Ordinal)
            : ((SpecText.Word)value).Text;

    private static string Literal(string text) => Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(text, quote: true);

    private static ScalarNode Scalar(string text) => new(SourceSpan.FileStart, text, isQuoted: false);
}
