using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words;

/// <summary>Where the weights are that a recipe's training starts from.</summary>
internal abstract class StartPoint(string word, string summary, TextParameter path) : Definition(word, summary, path, New), IOptionsRecord
{
    /// <summary>The weights that are not taken from there.</summary>
    public static readonly TextsParameter New = new(
        "new",
        "the weights that are not there and stay as they are drawn, such as those of another head, by patterns of their names in the "
            + "model's state: a name, all below it, and `*` for any letters of one part"
    )
    {
        Absent = "none: all weights must be there",
    };

    public sealed override string Kind => "start";

    public abstract string Record { get; }

    /// <summary>Whether it has to know how files name and arrange the model's weights.</summary>
    public virtual bool NeedsLayout => false;

    public sealed override IEnumerable<Problem> Problems(Arguments arguments) =>
        arguments.Value(path) is string text && string.IsNullOrWhiteSpace(text)
            ? [Problem.OutOfRange(path.Name, $"{Word}.{path.Name}", "empty", "a path")]
            : [];
}
