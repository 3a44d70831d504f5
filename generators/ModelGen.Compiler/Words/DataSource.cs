using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words;

/// <summary>Where the data are that a recipe trains on. It becomes a record of the runtime that reads them.</summary>
internal abstract class DataSource(string word, string summary, params Parameter[] parameters)
    : Definition(word, summary, parameters),
        IOptionsRecord
{
    /// <summary>The key of recipes that takes a source of data of one of the kinds that a family has.</summary>
    public static WordParameter<DataSource> Key(WordParameter<DataKind> kinds) =>
        new("data", "where the data are, which the program then need not say")
        {
            Recipe = RecipeUse.Own,
            Absent = "the program's own",
            Allows = source => kinds.AllowedWords.Any(kind => kind.Word == source.Data),
        };

    public sealed override string Kind => "data source";

    /// <summary>The kind of data that it gives.</summary>
    public abstract string Data { get; }

    public abstract string Record { get; }

    /// <summary>Why it cannot give samples of a shape; null where it can.</summary>
    public virtual string? Misfit(Shape sample) => null;

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        Parameters
            .Where(parameter => arguments.Value(parameter) is string path && string.IsNullOrWhiteSpace(path))
            .Select(empty => Problem.OutOfRange(empty.Name, $"{Word}.{empty.Name}", "empty", "a path"));
}
