using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words;

/// <summary>Where a recipe's training data comes from. It becomes a runtime record that reads the data.</summary>
internal abstract class DataSource(string word, string summary, params Parameter[] parameters)
    : Definition(word, summary, parameters),
        IOptionsRecord
{
    /// <summary>The key of recipes that takes a data source for one of the family's kinds of data.</summary>
    /// <param name="kinds">The key of the family's data.</param>
    /// <param name="dataSets">The runtime's data sets that models of the family can learn from.</param>
    public static WordParameter<DataSource> Key(WordParameter<DataKind> kinds, IReadOnlyList<string> dataSets) =>
        new("data", "where to read the data, which the program then need not supply")
        {
            Recipe = RecipeUse.Own,
            Absent = "the program's own",
            Allows = source => dataSets.Contains(source.DataSet) && kinds.AllowedWords.Any(kind => kind.Word == source.Data),
        };

    public sealed override string Kind => "data source";

    /// <summary>The kind of data that it provides.</summary>
    public abstract string Data { get; }

    public abstract string Record { get; }

    /// <summary>The runtime's data set that it reads.</summary>
    public virtual string DataSet => "SampleDataset";

    /// <summary>Why it cannot provide a model's data, as <c>its images have one channel</c>; null if it can.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="data">The model's data.</param>
    public virtual string? Misfit(Arguments arguments, DataShape data) => null;

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        Parameters
            .Where(parameter => arguments.Value(parameter) is string path && string.IsNullOrWhiteSpace(path))
            .Select(empty => Problem.OutOfRange(empty.Name, $"{Word}.{empty.Name}", "empty", "a path"));
}
