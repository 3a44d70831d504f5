using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Words.Objectives;
using ModelGen.Compiler.Words.Sources;

namespace ModelGen.Compiler.Words.Rewards;

internal sealed class ModelReward()
    : Reward(
        "model",
        "what a network that was trained with `bradley-terry` or `rating-error` gives for a prompt with its answer",
        Model,
        Run,
        PromptedSource.Template
    ),
        INamesModel
{
    private static readonly ModelParameter Model = new("model", "the network that tells rewards") { IsRequired = true };

    private static readonly TextParameter Run = ModelUse.RunOf("network");

    public override string Example => "model: { model: Judge, run: runs/judge, template: 'Question: {prompt}' }";

    public ModelParameter Named => Model;

    public string Loader => "ModelReward";

    public IReadOnlyList<Parameter> LoadedWith { get; } = [Run, PromptedSource.Template];

    public override IEnumerable<Problem> Problems(Arguments arguments) => PromptedSource.TemplateProblems(Word, arguments);

    public string? Misfit(ModelGraph named, ModelGraph trained) =>
        Objective.In(named.Spec.Arguments)?.Definition is OutcomeObjective
            ? null
            : "does not learn what answers are worth; its 'objective' must be 'bradley-terry' or 'rating-error'";
}
