using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests.Passes;

/// <summary>Which weights are trained, layer by layer.</summary>
public sealed class TrainedWeightsTests
{
    /// <summary>Each weight of a row counts once: all of them unless something is frozen, and else those that are not.</summary>
    [Fact]
    public void EveryTrainedWeightCountsOnce()
    {
        var built = 0;
        foreach (var (_, name, text) in EveryWord.Specs)
        {
            if (SpecCompiler.Parse(text).Spec is not { } spec || SpecCompiler.Build(spec) is not { } model)
            {
                continue;
            }

            built++;
            Assert.Equal(model.Root.ParameterCount, TrainedWeights.All.CountIn(model));
            Assert.All(LayerRows.Of(model).Where(static row => row.Trained is not null), static row =>
                Assert.Equal(row.Parameters, row.Trained)
            );

            // A third of the names, wherever they are.
            var names = model.Root.State().Where(static entry => !entry.IsBuffer).Select(static entry => entry.Name).ToHashSet();
            var kept = names.Where(static (_, index) => index % 3 == 0).ToHashSet();
            var trained = new TrainedWeights(weight => names.Contains(weight) && kept.Contains(weight), static _ => []);
            var count = model.Root.State().Where(entry => kept.Contains(entry.Name)).Sum(static entry => entry.Count);
            Assert.True(count == trained.CountIn(model), name);
            Assert.InRange(LayerRows.Of(model, trained).Sum(static row => row.Trained ?? 0), 0, count);
            if (Family.Of(spec).Setup(model, trained) is { Groups: [var group] })
            {
                Assert.Equal(count, group.Parameters);
            }
        }

        Assert.True(built > 100, $"{built}");
    }
}
