using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Words.Objectives;
using ModelGen.Compiler.Words.Sources;

namespace ModelGen.Compiler.Words.Rewards;

internal sealed class ProcessReward()
    : Reward(
        "process",
        "how probably all steps of an answer are right, as a network tells that was trained with `step-rating`; 0 for an answer without "
            + "steps",
        Model,
        Run,
        Combine,
        StepsSource.Separator,
        PromptedSource.Template
    ),
        INamesModel
{
    private static readonly ModelParameter Model = new("model", "the network that judges steps") { IsRequired = true };

    private static readonly TextParameter Run = ModelUse.RunOf("network");

    private static readonly ChoiceParameter Combine = new(
        "combine",
        "what the answer gets of the probabilities of its steps: their `product` (Lightman et al. 2023) or their `minimum` (Wang et al. "
            + "2023)",
        "product",
        "minimum"
    )
    {
        Default = "product",
        RuntimeEnum = "StepCombination",
    };

    public override string Example =>
        "process: { model: Checker, run: runs/checker, combine: minimum, separator: ' ; ', template: 'Question: {prompt}' }";

    public ModelParameter Named => Model;

    public string Loader => "ProcessReward";

    public IReadOnlyList<Parameter> LoadedWith { get; } = [Run, Combine, StepsSource.Separator, PromptedSource.Template];

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        PromptedSource.TemplateProblems(Word, arguments).Concat(StepsSource.SeparatorProblems(Word, arguments));

    public string? Misfit(ModelGraph named, ModelGraph trained) =>
        Objective.In(named.Spec.Arguments)?.Definition is StepRating
            ? null
            : "does not learn which steps are right; its 'objective' must be 'step-rating'";
}
