using ModelGen.Answers;
using ModelGen.Models;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// A reward model from preferences (Bradley and Terry 1952; Ouyang et al. 2022, equation 1): −log σ(r(x, y_w) − r(x, y_l)), and with
/// margins m −log σ(r(x, y_w) − r(x, y_l) − m) (Touvron et al. 2023, "Llama 2", equation 2).
/// </summary>
/// <remarks>
/// Metrics: <c>accuracy</c> is the share of pairs whose preferred answer has the higher reward, and <c>margin</c> the mean difference.
/// </remarks>
public sealed class BradleyTerryObjective : RewardObjective
{
    private readonly BradleyTerryOptions _options;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train: tokens in, one number out.</param>
    /// <param name="data">The preferences, on the model's device.</param>
    /// <param name="options">How it learns from them; null for neither margins nor centring.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="ModelGenException">The model is not a reward model, the data have a larger vocabulary or longer answers than it, or
    /// margins are to count and there is none.</exception>
    public BradleyTerryObjective(Network model, PreferenceDataset data, BradleyTerryOptions? options = null)
        : base(model, data)
    {
        _options = options ?? new BradleyTerryOptions();
        _options.Check();
        if (_options.Margins && data.Training.Numbers.All(static margin => margin == 0))
        {
            throw new ModelGenException(
                "The reward model is to learn from margins, and no preference has one; write it as 'margin' beside both answers, or leave "
                    + "'margins' out."
            );
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object> { ["loss"] = _options };

    private protected override int RowsPerSample => 2;

    private protected override (Tensor Loss, IReadOnlyList<(string Name, Tensor Value)> Figures) Each(AnswerBatch batch, Tensor rewards)
    {
        var both = rewards.chunk(2);
        var margin = both[0] - both[1];
        var loss = nn.functional.logsigmoid(_options.Margins ? margin - batch.Numbers : margin).neg();
        if (_options.Centring > 0)
        {
            loss = loss.Plus(both[0].Plus(both[1]).Squared().Times(_options.Centring));
        }

        return (loss, [("accuracy", margin.Greater(0).to(ScalarType.Float32)), ("margin", margin)]);
    }
}
