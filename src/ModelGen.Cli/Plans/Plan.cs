using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Words;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Cli.Plans;

/// <summary>What a model costs, known before it runs.</summary>
/// <param name="Model">The model.</param>
/// <param name="Layers">Its layers.</param>
/// <param name="Setup">How it is trained; null where its spec does not say.</param>
/// <param name="Memory">What its training needs; null where its spec does not say how it is trained.</param>
/// <param name="Cache">What it keeps while it writes a text; null where it keeps nothing.</param>
internal sealed record Plan(
    ModelGraph Model,
    IReadOnlyList<LayerCost> Layers,
    TrainingSetup? Setup,
    MemoryNeeds? Memory,
    DecodingCache? Cache
)
{
    /// <summary>Whether some weights are not trained as they are.</summary>
    public bool IsPartial { get; private init; }

    /// <summary>Of a model without mistakes.</summary>
    /// <param name="model">The model, with the values of a recipe in place of its own where a recipe is planned.</param>
    /// <param name="trained">Which of its weights are trained; null for all.</param>
    /// <param name="used">The other models that the recipe uses.</param>
    public static Plan Of(ModelGraph model, TrainedWeights? trained = null, params IReadOnlyList<ModelGraph> used)
    {
        var setup = Family.Of(model.Spec).Setup(model, trained);
        if (setup is not null)
        {
            setup = setup with { UsedWeights = used.Sum(MemoryNeeds.WeightsOf) };
        }

        return new Plan(
            model,
            LayerRows.Of(model, ParameterGroups.Of(model, trained ?? TrainedWeights.All)),
            setup,
            setup is null ? null : MemoryNeeds.Of(model, setup),
            DecodingCache.Of(model)
        )
        {
            IsPartial = trained is not null,
            Trained = (trained ?? TrainedWeights.All).CountIn(model),
        };
    }

    /// <summary>How many numbers are trained.</summary>
    public long Trained { get; private init; }

    /// <summary>The multiply-adds of one sample of the longest length.</summary>
    public long MultiplyAdds => Model.Root.MultiplyAdds.Evaluate(Model.Data.Longest);
}
