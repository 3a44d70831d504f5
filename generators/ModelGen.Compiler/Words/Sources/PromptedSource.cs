using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

/// <summary>A file of JSON lines with prompts, each an object with what is to be learned of it.</summary>
internal abstract class PromptedSource(string word, string summary, params Parameter[] parameters) : DataSource(word, summary, parameters)
{
    private const string Slot = "{prompt}";

    public sealed override string Data => "tokens";

    public abstract override string DataSet { get; }

    /// <summary>The texts around a prompt.</summary>
    public static readonly TextParameter Template = new(
        "template",
        $"the texts around a prompt, with `{Slot}` where it goes, as in `'Question: {Slot} Answer: '`"
    )
    {
        Absent = "the prompt alone",
    };

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        base.Problems(arguments).Concat(TemplateProblems(Word, arguments));

    /// <summary>What is wrong with a template.</summary>
    /// <param name="word">The word that has it.</param>
    /// <param name="arguments">The arguments of the word.</param>
    public static IEnumerable<Problem> TemplateProblems(string word, Arguments arguments) =>
        arguments.TryGet(Template, out var template) && Count(template) is var count && count != 1
            ?
            [
                Problem.Conflict(
                    Template.Name,
                    $"'{word}.{Template.Name}' has {(count == 0 ? "no" : "more than one")} '{Slot}', where the prompt goes; write it once"
                ),
            ]
            : [];

    private protected static TextParameter File(string summary) => new("file", summary) { IsMain = true, IsRequired = true };

    private protected static TextParameter Named(string name, string summary) => new(name, summary) { Absent = $"`{name}`" };

    private protected static TextParameter Prompt() => Named("prompt", "the key of the prompt, which may be an empty text");

    private protected static TextParameter Test() =>
        new("test", "the file of what to validate on") { Absent = "some of the training examples are held out" };

    private static int Count(string template) => (template.Length - template.Replace(Slot, "").Length) / Slot.Length;
}
