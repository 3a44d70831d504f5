using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

public sealed class MemoryPlanTests
{
    [Fact]
    public void CountsWhatTheTrainingHolds()
    {
        var threads = get_num_threads();
        set_num_threads(2);
        try
        {
            using var data = TokenDataset.Create(new string('a', 500), new ByteTokenizer(), 16, 0.1);
            using var model = new CharacterGpt { Split = BatchSplit.Parallel };
            var weights = 4 * model.parameters().Sum(static parameter => parameter.numel());
            using var trainer = new Trainer(
                model.CreateObjective(data),
                new TrainingOptions
                {
                    Optimizer = new SgdOptions { LearningRate = 0.1, Momentum = 0.9 },
                    BatchSize = 8,
                    Accumulate = 3,
                    Duration = Duration.Steps(5),
                    Validation = new ValidationOptions(),
                    Average = 0.9,
                }
            );

            // Weights and their average; gradients of two threads; one momentum for each weight.
            Assert.Equal(new MemoryPlan(2 * weights, 2 * weights, weights, Activations: 0, SamplesAtOnce: 3), trainer.Memory);
            Assert.Equal(5 * weights, trainer.Memory.Total);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void SaysWhatIsTooMuch()
    {
        var plan = new MemoryPlan(1_500_000_000, 20_000_000, 3_000_000, 4_000, 12);
        Assert.Null(plan.Excess(null));
        Assert.Null(plan.Excess(plan.Total));
        Assert.Equal(
            "This training needs about 1.52 GB (weights 1.5 GB, gradients 20 MB, optimizer 3 MB, activations of 12 sample(s) at "
                + "once 0 MB), more than its budget of 1.52 GB; make the batch smaller, compute it in more parts with 'accumulate', or "
                + "mark parts of the network with 'recompute'.",
            plan.Excess(plan.Total - 1)
        );
    }
}
