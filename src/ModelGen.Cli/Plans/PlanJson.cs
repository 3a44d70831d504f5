using System.Text.Json.Nodes;
using ModelGen.Compiler.Passes;

namespace ModelGen.Cli.Plans;

/// <summary>A plan as JSON; all sizes are in bytes.</summary>
internal static class PlanJson
{
    /// <summary>The object.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="time">How long the training takes; null where it was not measured.</param>
    public static JsonObject Of(Plan plan, PlannedTime? time = null) =>
        new()
        {
            ["model"] = plan.Model.Spec.Name,
            ["layers"] = new JsonArray([
                .. plan.Layers.Select(static layer => new JsonObject
                {
                    ["layer"] = layer.Label,
                    ["depth"] = layer.Depth,
                    ["times"] = layer.Times,
                    ["output"] = layer.Output.ToString(),
                    ["parameters"] = layer.Parameters,
                    ["trained"] = layer.Trained,
                    ["rates"] = new JsonArray([.. layer.Rates.Select(static rate => (JsonNode)rate)]),
                    ["learns_after"] = new JsonArray([.. layer.Starts.Select(static start => (JsonNode?)start?.ToString())]),
                    ["multiply_adds"] = layer.MultiplyAdds,
                    ["precision"] = layer.Precision,
                }),
            ]),
            ["parameters"] = plan.Model.Root.ParameterCount,
            ["trained"] = plan.Trained,
            ["multiply_adds"] = plan.MultiplyAdds,
            ["weights"] = MemoryNeeds.WeightsOf(plan.Model),
            ["training"] = plan is { Memory: { } memory, Setup: { } setup } ? Training(memory, setup) : null,
            ["time"] = time is null ? null : new JsonObject { ["step_seconds"] = time.Step.TotalSeconds, ["steps"] = time.Steps },
            ["cache"] = plan.Cache is { } cache
                ? new JsonObject
                {
                    ["token"] = cache.OfToken,
                    ["source"] = cache.OfMemory,
                    ["context"] = cache.Context,
                    ["sequence"] = cache.OfSequence,
                }
                : null,
        };

    private static JsonObject Training(MemoryNeeds memory, TrainingSetup setup) =>
        new()
        {
            ["batch"] = setup.Batch,
            ["samples_at_once"] = memory.SamplesAtOnce,
            ["optimizers"] = new JsonArray([
                .. setup.Groups.Select(static group => new JsonObject
                {
                    ["name"] = group.Name,
                    ["optimizer"] = group.Optimizer,
                    ["parameters"] = group.Parameters,
                    ["state"] = group.StateCount * sizeof(float),
                }),
            ]),
            ["weights"] = memory.Weights,
            ["restored"] = memory.Restored,
            ["used_models"] = memory.UsedWeights,
            ["average"] = memory.Average,
            ["gradients"] = memory.Gradients,
            ["optimizer"] = memory.OptimizerState,
            ["activations_of_sample"] = memory.ActivationsOfSample,
            ["activations"] = memory.Activations,
            ["peak"] = memory.Peak,
            ["checkpoint"] = memory.Checkpoint,
        };
}
