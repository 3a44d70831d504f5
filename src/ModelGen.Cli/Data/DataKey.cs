using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words;

namespace ModelGen.Cli.Data;

/// <summary>What a recipe would say of data that the command line names.</summary>
internal static class DataKey
{
    /// <summary>The value of a recipe's key for data.</summary>
    /// <param name="model">The model, with what the recipe says in place of its own.</param>
    /// <param name="data">The data.</param>
    /// <param name="own">What the recipe says itself; null for nothing. Of data of the same kind only the place is another.</param>
    /// <exception cref="ModelGenException">The model does not learn from such data.</exception>
    public static Node ValueOf(ModelSpec model, RecognisedData data, Node? own = null)
    {
        var source = SourceOf(model, data);
        var span = new SourceSpan(0, data.Path.Length, 1, 1, 1, data.Path.Length + 1) { File = $"--data {data.Path}" };
        var path = new ScalarNode(span, Path.GetFullPath(data.Path), isQuoted: true);
        return own is MapNode { Entries: [{ Value: MapNode options } entry] } && entry.Key.Text == source.Word
            ? Map(entry.Key, new MapNode(options.Span, [.. options.Entries.Select(WithPath)]))
            : Map(new ScalarNode(span, source.Word, isQuoted: false), path);

        Entry WithPath(Entry option) =>
            source.Parameters.Any(parameter => parameter.IsMain && parameter.Name == option.Key.Text)
                ? new Entry(option.Key, path)
                : option;

        MapNode Map(ScalarNode key, Node value) => new(key.Span, [new Entry(key, value)]);
    }

    private static DataSource SourceOf(ModelSpec model, RecognisedData data)
    {
        var kind = model.Arguments.Values.OfType<Configured<DataKind>>().Select(static each => each.Definition.Word).FirstOrDefault();
        var family = Family.Of(model);
        var dataSets = family.DataSets(model.Arguments);
        var readable = family
            .RecipeParameters.OfType<WordParameter<DataSource>>()
            .SelectMany(static key => key.AllowedWords)
            .OfType<DataSource>()
            .Where(source => source.Data == kind && dataSets.Contains(source.DataSet))
            .ToList();
        return data.Sources.Select(word => readable.Find(source => source.Word == word)).OfType<DataSource>().FirstOrDefault()
            ?? throw new ModelGenException(
                $"'{data.Path}' has {data.What}, but {model.Name} learns from "
                    + $"{string.Join(" or ", readable.Select(static source => source.Word))}."
            );
    }
}
