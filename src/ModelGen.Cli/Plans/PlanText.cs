using System.Globalization;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Text;
using ModelGen.Runs;

namespace ModelGen.Cli.Plans;

/// <summary>A plan as lines for a terminal.</summary>
internal static class PlanText
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(Plan plan) => [.. Layers(plan), "", .. Training(plan), .. Decoding(plan.Cache)];

    /// <summary>The lines of the time that a training takes; none where it was not measured.</summary>
    public static IEnumerable<string> Time(PlannedTime? time)
    {
        if (time is null)
        {
            yield break;
        }

        yield return "";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"A step takes {time.Step.TotalMilliseconds:G3} ms here, so {Number(time.Steps)} take about "
                + $"{ConsoleLine.Time(time.Step * time.Steps)}, without validation, samples and checkpoints."
        );
    }

    private static IEnumerable<string> Layers(Plan plan)
    {
        // The columns of what is the same everywhere are left out.
        (string Title, bool IsShown, bool IsText)[] columns =
        [
            ("layer", true, true),
            ("output", true, true),
            ("parameters", true, false),
            ("trained", plan.IsPartial, false),
            ("rate", plan.Layers.Any(static layer => layer.Rates.Any(static rate => rate != 1)), false),
            ("learns after", plan.Layers.Any(static layer => layer.Starts.Any(static start => start is not null)), false),
            ("multiply-adds", true, false),
            ("precision", true, true),
        ];
        IReadOnlyList<string[]> rows =
        [
            [.. columns.Select(static column => column.Title)],
            .. plan.Layers.Select(static layer =>
                new[]
                {
                    new string(' ', 2 * layer.Depth) + layer.Label + (layer.Times > 1 ? $" × {Number(layer.Times)}" : ""),
                    layer.Output.ToString(),
                    layer.Parameters == 0 ? "" : Number(layer.Parameters),
                    layer is { Parameters: > 0, Trained: { } trained } ? Number(trained) : "",
                    string.Join(", ", layer.Rates.Select(static rate => $"× {NumberText.Of(rate)}")),
                    string.Join(", ", layer.Starts.Select(static start => start?.ToString() ?? "0 steps")),
                    layer.MultiplyAdds == 0 ? "" : Number(layer.MultiplyAdds),
                    layer.Precision ?? "",
                }
            ),
            [
                "total",
                plan.Model.Root.Output.Shape.ToString(),
                Number(plan.Model.Root.ParameterCount),
                Number(plan.Trained),
                "",
                "",
                Number(plan.MultiplyAdds),
                "",
            ],
        ];
        var widths = columns.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = columns
                .Index()
                .Where(static column => column.Item.IsShown)
                .Select(column =>
                    column.Item.IsText ? row[column.Index].PadRight(widths[column.Index]) : row[column.Index].PadLeft(widths[column.Index])
                );
            yield return string.Join("  ", cells).TrimEnd();
        }

        yield return "";
        var data = plan.Model.Data;
        yield return data.Context > 0
            ? $"Multiply-adds and activations are those of a sequence of {Number(data.Context)} tokens, the longest."
            : "Multiply-adds and activations are those of one sample.";
    }

    private static IEnumerable<string> Training(Plan plan)
    {
        if (plan is not { Memory: { } memory, Setup: { } setup })
        {
            yield return $"weights  {ByteCount.Text(MemoryNeeds.WeightsOf(plan.Model))}";
            yield return "The spec does not say how the model is trained.";
            yield break;
        }

        List<(string Name, long Bytes, string Note)> parts = [("weights", memory.Weights, "")];
        if (memory.Restored > 0)
        {
            parts.Add(("restored", memory.Restored, "the largest of the int8 matrices as float32, for the time of a product"));
        }

        if (memory.UsedWeights > 0)
        {
            parts.Add(("used models", memory.UsedWeights, "the weights of the other models that the recipe uses"));
        }

        if (memory.Average > 0)
        {
            parts.Add(("average", memory.Average, ""));
        }

        parts.Add(("gradients", memory.Gradients, Gradients(plan.Model, setup)));
        parts.Add(("optimizer", memory.OptimizerState, Optimizers(setup)));
        var samples = memory.SamplesAtOnce == 1 ? "1 sample" : $"{Number(memory.SamplesAtOnce)} samples";
        parts.Add(("activations", memory.Activations, $"{samples} at once, each {ByteCount.Text(memory.ActivationsOfSample)}"));
        parts.Add(("peak", memory.Peak, "their sum, without .NET, libtorch and the data"));
        parts.Add(("checkpoint", memory.Checkpoint, "each file; the names of its tensors come on top"));
        yield return $"Training with a batch of {Number(setup.Batch)}:";
        var width = parts.Max(static part => ByteCount.Text(part.Bytes).Length);
        foreach (var (name, bytes, note) in parts)
        {
            yield return $"  {name.PadRight(11)}  {ByteCount.Text(bytes).PadLeft(width)}  {note}".TrimEnd();
        }
    }

    private static string Gradients(ModelGraph model, TrainingSetup setup) =>
        setup.Groups.Count > 1 ? $"of the {setup.Groups.MaxBy(static group => group.Parameters)!.Name}; the networks take turns"
        : model.BatchSplit == BatchSplit.Parallel ? "on the CPU once for each thread that computes a part of the batch"
        : "";

    private static string Optimizers(TrainingSetup setup) =>
        string.Join(", ", setup.Groups.Select(static group => group.Optimizer + (group.Name.Length > 0 ? $" for the {group.Name}" : "")));

    private static IEnumerable<string> Decoding(DecodingCache? cache)
    {
        if (cache is null)
        {
            yield break;
        }

        yield return "";
        yield return $"Keys and values of a text that is written: {ByteCount.Text(cache.OfToken)} for each token"
            + $"{(cache.OfMemory > 0 ? $", {ByteCount.Text(cache.OfMemory)} for the source" : "")}, {ByteCount.Text(cache.OfSequence)} for "
            + $"{Number(cache.Context)} tokens.";
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
