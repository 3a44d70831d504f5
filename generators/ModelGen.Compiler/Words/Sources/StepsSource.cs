using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class StepsSource()
    : PromptedSource(
        "steps",
        "answers in steps, with a rating of each step: a JSON object on each line",
        File(
            "the file, with lines such as `{\"prompt\": \"2 + 3 + 4?\", \"steps\": [\"2 + 3 = 5\", \"5 + 4 = 8\"], \"ratings\": "
                + "[true, false]}`"
        ),
        Prompt(),
        Named("steps", "the key of the list of steps, of which an answer has at least one"),
        Named(
            "ratings",
            "the key of the list of their ratings: `true` for a right step and `false` for a wrong one, or how probably it is right, from "
                + "0 to 1"
        ),
        Separator,
        Template,
        Test()
    )
{
    /// <summary>What stands between two steps.</summary>
    public static readonly TextParameter Separator = new(
        "separator",
        "the text between two steps, which no step has in it; each step is made tokens by itself, with the separator after it"
    )
    {
        Absent = "a line break",
    };

    public override string Example =>
        "steps: { file: sums.jsonl, prompt: question, steps: lines, ratings: labels, separator: ' ; ', template: 'Q: {prompt} A: ', "
        + "test: others.jsonl }";

    public override string DataSet => "StepDataset";

    public override string Record => "StepsSource";

    /// <summary>What is wrong with a separator.</summary>
    /// <param name="word">The word that has it.</param>
    /// <param name="arguments">The arguments of the word.</param>
    public static IEnumerable<Problem> SeparatorProblems(string word, Arguments arguments) =>
        arguments.TryGet(Separator, out var separator) && separator.Length == 0
            ? [Problem.OutOfRange(Separator.Name, $"{word}.{Separator.Name}", "empty", "at least one character")]
            : [];

    // Spaces may separate steps, though they are no path.
    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        base.Problems(arguments).Where(static problem => problem.Place != Separator.Name).Concat(SeparatorProblems(Word, arguments));
}
