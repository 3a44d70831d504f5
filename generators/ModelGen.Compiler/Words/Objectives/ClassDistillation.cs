using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Words.Data;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class ClassDistillation()
    : SupervisedObjective(
        "class-distillation",
        "a classifier that learns from a larger one: weight * temperature^2 * KL(teacher || model), of their probabilities at that "
            + "temperature, and (1 - weight) times the cross-entropy of the label: Hinton et al. 2015",
        Teacher,
        Run,
        Temperature,
        Weight,
        LabelSmoothing
    ),
        INamesModel
{
    private static readonly ModelParameter Teacher = new("teacher", "the classifier to learn from, of the same data and classes")
    {
        IsRequired = true,
    };

    private static readonly TextParameter Run = ModelUse.RunOf("teacher");

    private static readonly NumberParameter Temperature = Distillation.TemperatureOf("unlikely classes");

    private static readonly NumberParameter Weight = Distillation.WeightOf("the labels");

    private static readonly NumberParameter LabelSmoothing = CrossEntropy.Smoothing();

    public override string Example =>
        "class-distillation: { teacher: Sentiment, run: runs/sentiment, temperature: 3, weight: 0.5, label-smoothing: 0.1 }";

    public override string RuntimeType => "ClassDistillationObjective";

    public override string Record => "ClassDistillationOptions";

    public override bool IsRecordOptional => true;

    public override bool IsOfRecipes => true;

    public override string OfLogits => "takes logits, to which it applies the softmax itself";

    public override IReadOnlyList<Parameter> Options { get; } = [Temperature, Weight, LabelSmoothing];

    public ModelParameter Named => Teacher;

    public string Loader => "TrainedClassifier";

    public IReadOnlyList<Parameter> LoadedWith { get; } = [Run];

    // Of texts; other data have none.
    public override string TokenizerRun(Arguments arguments) => arguments.Get(Run);

    public override string? Wanted(Shape output) => CrossEntropy.WantedOf(output);

    public string? Misfit(ModelGraph named, ModelGraph trained)
    {
        var name = trained.Spec.Name;
        return Objective.In(named.Spec.Arguments)?.Definition is not CrossEntropy
                ? "is no classifier; its 'objective' must be 'cross-entropy'"
            : (named.Data.Vocabulary > 0) != (trained.Data.Vocabulary > 0) ? $"reads other data than '{name}'; both need the same"
            : named.Data.Vocabulary > 0 && Tokens.Difference(named, trained) is { } difference ? difference
            : named.Data.Vocabulary == 0 && !named.Data.Shape.Equals(trained.Data.Shape)
                ? $"reads samples {named.Data.Shape} and '{name}' {trained.Data.Shape}; both need the same data"
            : !named.Root.Output.Shape.Equals(trained.Root.Output.Shape)
                ? $"gives {named.Root.Output.Shape} and '{name}' {trained.Root.Output.Shape}; both need scores for the same classes"
            : null;
    }
}
