using ModelGen.Layers;
using ModelGen.Native;
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
    /// <exception cref="ModelGenException">A pattern covers nothing, nothing is left to train, or a weight cannot be kept as
    /// <see cref="AdapterOptions.Base"/> says.</exception>
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
            var adapted = layers.Where(layer => Adapter.On is null || StatePatterns.Cover(Adapter.On, layer.name)).ToList();
            var restored = Adapter.Base == BaseFormat.Int8 ? new RestoredMatrices() : null;
            if (restored is not null)
            {
                CheckCanBeQuantised(model, [.. adapted.Select(static layer => $"{layer.name}.{nameof(Linear.weight)}")]);
            }

            foreach (var (_, layer) in adapted)
            {
                LowRankAdapter.AddTo((Linear)layer, Adapter.Rank, Adapter.Scale, Adapter.Dropout, Adapter.HasMagnitude, restored);
            }

            if (restored is not null)
            {
                HeapMemory.Return();
            }
        }

        if (model.parameters().All(static weight => !weight.requires_grad))
        {
            throw new ModelGenException($"All weights of {model.GetName()} are frozen, so that nothing is left to train.");
        }
    }

    // What else reads a shared weight would find it empty.
    private static void CheckCanBeQuantised(nn.Module model, IReadOnlyList<string> adapted)
    {
        if (adapted.Count == 0)
        {
            throw new ModelGenException($"{model.GetName()} has no linear layer whose weight could be kept as int8; leave 'base' out.");
        }

        // By all of their names, of which a module's own list has one for each weight.
        var weights = model
            .named_modules()
            .Prepend((name: "", module: model))
            .SelectMany(static part =>
                part.module.named_parameters(recurse: false)
                    .Select(weight => (Name: $"{part.name}{(part.name.Length > 0 ? "." : "")}{weight.name}", Weight: weight.parameter))
            )
            .ToList();
        foreach (var (name, weight) in weights.Where(weight => adapted.Contains(weight.Name)))
        {
            var shared = weights.FirstOrDefault(other => other.Name != name && other.Weight.Handle == weight.Handle).Name;
            var (reason, remedy) =
                shared is not null ? ($"it is also '{shared}'", "adapt other layers, or keep the base as float32")
                : weight.IsFinite() ? default
                : ("it has numbers that are not finite", "start from other weights");
            if (reason is not null)
            {
                throw new ModelGenException(
                    $"The weight '{name}' of {model.GetName()} cannot be kept as int8, because {reason}; {remedy}."
                );
            }
        }
    }
}
