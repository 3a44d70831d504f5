using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

/// <summary>A file of texts, with the class or the target of each beside it.</summary>
internal abstract class LabelledFileSource(string word, string summary, params Parameter[] parameters)
    : DataSource(word, summary, parameters)
{
    public sealed override string Data => "tokens";

    public sealed override IEnumerable<Problem> Problems(Arguments arguments) =>
        base.Problems(arguments)
            .Concat(
                arguments.Value(Find("label")) is not null && arguments.Value(Find("target")) is not null
                    ?
                    [
                        Problem.Conflict(
                            "target",
                            $"'{Word}' has both 'label' and 'target'; a text has a class or numbers to predict, not both"
                        ),
                    ]
                    : []
            );

    private protected static TextParameter File(string summary) => new("file", summary) { IsMain = true, IsRequired = true };

    private protected static TextParameter Named(string name, string summary) => new(name, summary) { Absent = $"`{name}`" };

    private protected static TextParameter Target(string summary) => new("target", summary) { Absent = "the texts have classes" };

    private protected static TextParameter Test() =>
        new("test", "the file of the validation texts") { Absent = "some of the training texts are held out" };

    private Parameter Find(string name) => Parameters.Single(parameter => parameter.Name == name);
}
