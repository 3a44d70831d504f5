using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Words.Objectives;

namespace ModelGen.Compiler.Words.Rewards;

internal sealed class ClassReward()
    : Reward("class", "the probability that a classifier of texts gives a class for the answer alone", Model, Run, Label),
        INamesModel
{
    private static readonly ModelParameter Model = new("model", "the classifier") { IsRequired = true };

    private static readonly TextParameter Run = ModelUse.RunOf("classifier");

    private static readonly TextParameter Label = new("label", "the class that answers should have, as the data name it")
    {
        IsRequired = true,
    };

    public override string Example => "class: { model: Sentiment, run: runs/sentiment, label: positive }";

    public ModelParameter Named => Model;

    public string Loader => "ClassReward";

    public IReadOnlyList<Parameter> LoadedWith { get; } = [Run, Label];

    public string? Misfit(ModelGraph named, ModelGraph trained) =>
        named.Data.Vocabulary > 0 && Objective.In(named.Spec.Arguments)?.Definition is CrossEntropy
            ? null
            : "is no classifier of texts, a network of tokens with the objective 'cross-entropy'";
}
