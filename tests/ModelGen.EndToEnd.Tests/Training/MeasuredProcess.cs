using System.Diagnostics;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Classes;
using ModelGen.Native;
using ModelGen.Tokenization;
using ModelGen.Training;
using static TorchSharp.torch;
using DocsGpt = ModelGen.Examples.DocsGpt;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>
/// A few steps of training in a process of its own, this assembly as a program, so that its peak of resident memory is that of the training
/// and of nothing before it.
/// </summary>
internal static class MeasuredProcess
{
    /// <summary>The program's first argument.</summary>
    public const string Word = "memory";

    private const int Steps = 2;

    /// <summary>
    /// Trains a model and prints three lines: how many bytes the process had at its peak above those before the model, the trainer's own
    /// estimate, and how many threads compute parts of a batch.
    /// </summary>
    public static int Train(string model, int batch)
    {
        Libtorch.Load();
        switch (model)
        {
            case nameof(DocsGpt):
                using (var text = TokenDataset.Create(Sums(), new ByteTokenizer(), DocsGpt.Context, 0.1))
                {
                    Measure(static () => new DocsGpt(), gpt => gpt.CreateObjective(text), DocsGpt.Training with { BatchSize = batch });
                }

                return 0;
            case nameof(Digits):
                using (var images = Images())
                {
                    Measure(static () => new Digits(), vae => vae.CreateObjective(images), Digits.Training with { BatchSize = batch });
                }

                return 0;
            case nameof(DigitGame):
                using (var images = Images())
                {
                    Measure(
                        static () => new DigitGame(),
                        gan => gan.CreateObjective(images),
                        DigitGame.Training with
                        {
                            BatchSize = batch,
                        }
                    );
                }

                return 0;
            default:
                return 2;
        }
    }

    private static void Measure<T>(Func<T> create, Func<T, Objective> bind, TrainingOptions options)
        where T : nn.Module
    {
        using var process = Process.GetCurrentProcess();
        var before = process.WorkingSet64;
        using var model = create();
        using var trainer = new Trainer(bind(model), options with { Duration = Duration.Steps(Steps) }, seed: 1);
        for (var step = 0; step < Steps; step++)
        {
            trainer.MakeStep();
        }

        process.Refresh();
        Console.WriteLine(FormattableString.Invariant($"{process.PeakWorkingSet64 - before}"));
        Console.WriteLine(trainer.Memory);
        Console.WriteLine(FormattableString.Invariant($"{trainer.ThreadCount}"));
    }

    private static string Sums() => string.Concat(Enumerable.Range(0, 9000).Select(static i => $"{i} plus {i % 7} is {i + (i % 7)}.\n"));

    private static SampleDataset Images() => SampleDataset.Create(DrawnDigits.Create(20_000, seed: 1), test: null, 0.2);
}
