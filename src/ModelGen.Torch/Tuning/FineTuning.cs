using ModelGen.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tuning;

/// <summary>How a model that has been trained is trained further: where its weights are from, and which of them are changed.</summary>
public sealed record FineTuning
{
    /// <summary>Where the weights are that the training starts from; null for those that the model has.</summary>
    public StartPoint? Start { get; init; }

    /// <summary>
    /// The weights that are not trained, by patterns of their names in the model's state: a name, all below it, and <c>*</c> for any
    /// letters of one part, as in <c>blocks.*.self_attention</c>.
    /// </summary>
    public IReadOnlyList<string> Freeze { get; init; } = [];

    /// <summary>What is trained in place of the model's weights; null for the weights themselves.</summary>
    public AdapterOptions? Adapter { get; init; }

    /// <summary>Freezes weights and adds adapters. A checkpoint of the run then fits the model.</summary>
    /// <param name="model">The model, with none of its weights frozen yet.</param>
    /// <exception cref="ModelGenException">A pattern covers nothing, or nothing is left to train.</exception>
    public void ApplyTo(nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var weights = model.named_parameters().ToList();
        StatePatterns.CheckCover(Freeze, model.WeightNames(), "weight", model);
        foreach (var (name, weight) in weights)
        {
            weight.requires_grad =
                weight.requires_grad
                && !StatePatterns.Cover(Freeze, name)
                && (Adapter is null || StatePatterns.Cover(Adapter.AlsoTrain, name));
        }

        if (Adapter is not null)
        {
            StatePatterns.CheckCover(Adapter.AlsoTrain, model.WeightNames(), "weight", model);
            var layers = model.named_modules().Where(static part => part.module is Linear).ToList();
            StatePatterns.CheckCover(Adapter.On, [.. layers.Select(static layer => layer.name)], "linear layer", model);
            foreach (var (_, layer) in layers.Where(layer => Adapter.On is null || StatePatterns.Cover(Adapter.On, layer.name)))
            {
                LowRankAdapter.AddTo((Linear)layer, Adapter.Rank, Adapter.Scale, Adapter.Dropout, Adapter.HasMagnitude);
            }
        }

        if (model.parameters().All(static weight => !weight.requires_grad))
        {
            throw new ModelGenException($"All weights of {model.GetName()} are frozen, so that nothing is left to train.");
        }
    }
}
