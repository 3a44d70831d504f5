using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Words.Data;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Distillation()
    : TokenObjective(
        "distillation",
        "learning from a larger model: weight * temperature^2 * KL(teacher || model), of the distributions of the next token at that "
            + "temperature, and (1 - weight) times the cross-entropy of the token that is there: Hinton et al. 2015",
        Teacher,
        Run,
        Temperature,
        Weight,
        TokenScores.LabelSmoothing,
        TokenScores.ZLoss
    ),
        INamesModel
{
    private static readonly ModelParameter Teacher = new("teacher", "the model to learn from, which predicts the next of the same tokens")
    {
        IsRequired = true,
    };

    private static readonly TextParameter Run = ModelUse.RunOf("teacher");

    private static readonly NumberParameter Temperature = TemperatureOf("unlikely tokens");

    private static readonly NumberParameter Weight = WeightOf("the text's own tokens");

    public override string Example =>
        "distillation: { teacher: Writer, run: runs/writer, temperature: 3, weight: 0.5, label-smoothing: 0.1, z-loss: 1e-4 }";

    public override string RuntimeType => "DistillationObjective";

    public override string Record => "DistillationOptions";

    public override bool IsRecordOptional => true;

    public override bool IsOfRecipes => true;

    public override IReadOnlyList<Parameter> Options { get; } = [Temperature, Weight, TokenScores.LabelSmoothing, TokenScores.ZLoss];

    ModelParameter INamesModel.Named => Teacher;

    string INamesModel.Loader => "TrainedModel";

    IReadOnlyList<Parameter> INamesModel.LoadedWith { get; } = [Run];

    public override string TokenizerRun(Arguments arguments) => arguments.Get(Run);

    // With the log-probabilities of both models.
    public override long LossBytes(Arguments arguments, DataShape data) =>
        checked(TokenScores.LossBytes(arguments, data) + (2 * sizeof(float) * data.Vocabulary * data.Context));

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        arguments.Get(Weight) == 1 && (arguments.Get(TokenScores.LabelSmoothing) > 0 || arguments.Get(TokenScores.ZLoss) > 0)
            ?
            [
                Problem.NoEffect(
                    arguments.Get(TokenScores.LabelSmoothing) > 0 ? TokenScores.LabelSmoothing.Name : TokenScores.ZLoss.Name,
                    Word,
                    $"'{Weight.Name}: 1' leaves nothing of the cross-entropy"
                ),
            ]
            : [];

    public override void Check(GraphBuilder model, Arguments arguments)
    {
        foreach (var lookahead in model.Lookaheads)
        {
            model.Report(Rules.NotCausal, lookahead.Origin, "causal", lookahead.Word, Word);
        }
    }

    string? INamesModel.Misfit(ModelGraph named, ModelGraph trained) =>
        named.Spec.Family != trained.Spec.Family || !named.IsCausal
            ? "does not predict the next token from those before it"
            : Tokens.Difference(named, trained);

    /// <summary>The temperature.</summary>
    /// <param name="unlikely">What is unlikely.</param>
    public static NumberParameter TemperatureOf(string unlikely) =>
        new("temperature", $"what the scores of both models are divided by: the higher, the more the teacher tells of {unlikely}")
        {
            Range = Language.Range.Positive,
            Default = 2,
        };

    /// <summary>The weight of the teacher.</summary>
    /// <param name="rest">What the rest of the loss is the cross-entropy of.</param>
    public static NumberParameter WeightOf(string rest) =>
        new("weight", $"how much of the loss is the teacher's part; the rest is the cross-entropy of {rest}")
        {
            Range = new Language.Range(0, 1, ExcludesMinimum: true),
            Default = 0.9,
        };
}
