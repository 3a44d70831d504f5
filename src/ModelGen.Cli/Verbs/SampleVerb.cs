using System.CommandLine;
using ModelGen.Checkpoints;
using ModelGen.Cli.Compilation;
using ModelGen.Cli.Specs;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Plots;
using ModelGen.Runs;
using ModelGen.Sampling;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen sample</c>: what a trained model makes.</summary>
internal static class SampleVerb
{
    private const int DefaultLength = 300,
        Columns = 10,
        Scale = 2;

    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var folder = RunOption.Folder();
        var prompt = new Option<string?>("--prompt")
        {
            Description = "text: what to continue (a line break), or what an encoder-decoder reads",
            HelpName = "TEXT",
        };
        var count = RunOption.Number("--count", "how many texts (1) or images (100)", 1, 100_000);
        var length = RunOption.Number("--length", $"text: tokens at most ({DefaultLength})", 1, 10_000_000);
        var label = RunOption.Number("--label", "images: the number of the class (all in turn)", 0, int.MaxValue);
        var interpolate = new Option<bool>("--interpolate") { Description = "images: rows that lead from one sample to another" };
        var traverse = RunOption.Number("--traverse", "images: rows along this axis of the latent space", 0, int.MaxValue);
        var output = RunOption.Picture("images: the PNG file", "samples.png");
        var force = RunOption.Force();
        var seed = RunOption.Seed("the seed of the samples (1); the same seed gives the same samples");
        var adapter = new Option<string?>("--adapter")
        {
            Description =
                $"a file of adapters, as {RunFiles.Adapter} of a run that started from this one; their changes are added to the weights",
            HelpName = "FILE",
        };
        var set = RunOption.Set("sampling.temperature=0.5, sampling.top-k=20");
        var data = RunOption.Data();
        var device = RunOption.Device();
        var command = new Command("sample", "Shows what the newest checkpoint of a run makes: text, or images in a PNG file.")
        {
            folder,
            prompt,
            count,
            length,
            label,
            interpolate,
            traverse,
            output,
            force,
            seed,
            adapter,
            set,
            data,
            device,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(interpolate) && result.GetValue(traverse) is not null)
            {
                result.AddError($"{interpolate.Name} and {traverse.Name} are two pictures; ask for one at a time.");
            }
        });
        command.SetAction(
            (parsed, stop) =>
            {
                var run = TrainedRun.Open(parsed.GetValue(folder)!, parsed.GetValue(set)!, RunOption.Recognise(parsed.GetValue(data)));
                using var checkpoint = run.OpenCheckpoint();
                using var model = run.Load(checkpoint, parsed.GetValue(adapter), parsed.GetValue(device)!, stop);
                var drawn = parsed.GetValue(seed) ?? 1;
                var drawsImages = model is SampleModel;
                Option[] foreign = drawsImages ? [prompt, length] : [label, interpolate, traverse, output, force];
                if (model is EncoderDecoder && parsed.GetResult(length) is { Implicit: false })
                {
                    return Task.FromResult(
                        ConsoleProgram.Fail(
                            $"{length.Name} is for models that continue text; this one writes to the end of its target.",
                            ConsoleProgram.WrongArguments
                        )
                    );
                }

                if (foreign.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } wrong)
                {
                    return Task.FromResult(
                        ConsoleProgram.Fail(
                            drawsImages
                                ? $"{wrong.Name} is for text, and this model makes images."
                                : $"{wrong.Name} is for images, and this model writes text.",
                            ConsoleProgram.WrongArguments
                        )
                    );
                }

                if (model is SampleModel samples)
                {
                    Draw(
                        samples,
                        new Picture(
                            parsed.GetValue(output)!,
                            parsed.GetValue(force),
                            parsed.GetValue(count) ?? Columns * Columns,
                            parsed.GetValue(label),
                            parsed.GetValue(interpolate),
                            parsed.GetValue(traverse),
                            drawn
                        )
                    );
                    return Task.FromResult(ConsoleProgram.Done);
                }

                Write(
                    model,
                    checkpoint,
                    run.Sampling!,
                    parsed.GetValue(prompt),
                    parsed.GetValue(count) ?? 1,
                    parsed.GetValue(length) ?? DefaultLength,
                    drawn,
                    stop
                );
                return Task.FromResult(ConsoleProgram.Done);
            }
        );
        return command;
    }

    private static void Write(
        nn.Module model,
        Checkpoint checkpoint,
        SamplingOptions sampling,
        string? prompt,
        int count,
        int length,
        ulong seed,
        CancellationToken stop
    )
    {
        var tokenizer = ((ITextModel)model).Tokenizer ?? checkpoint.CreateTokenizer();
        var beginning = prompt ?? (model is EncoderDecoder ? null : TextResults.LineBreakOf(tokenizer));
        if (beginning is null)
        {
            throw new ModelGenException(
                model is EncoderDecoder
                    ? "Name the text to read with --prompt TEXT."
                    : "The model knows no line break to begin with; give it the beginning of a text with --prompt TEXT."
            );
        }

        for (var number = 0; number < count; number++)
        {
            if (count > 1)
            {
                Console.WriteLine($"---- sample {number + 1} ----");
            }

            var drawn = seed + (ulong)number;
            if (model is EncoderDecoder translator)
            {
                Console.WriteLine(
                    ConsoleText.Printable(SequenceGenerator.Generate(translator, tokenizer, beginning, sampling, drawn, stop))
                );
                continue;
            }

            if (!string.IsNullOrWhiteSpace(prompt))
            {
                Console.Write(ConsoleText.Printable(prompt));
            }

            foreach (var piece in TextGenerator.Stream((LanguageModel)model, tokenizer, beginning, length, sampling, drawn, stop))
            {
                Console.Write(ConsoleText.Printable(piece));
            }

            Console.WriteLine();
        }
    }

    private static void Draw(SampleModel model, Picture picture)
    {
        if (model.SampleShape is not [1 or 3, _, _])
        {
            throw new ModelGenException(
                $"{model.GetName()} makes tensors [{string.Join(", ", model.SampleShape.ToArray())}], which are no images; sample it in a "
                    + "program."
            );
        }

        if (File.Exists(picture.File) && !picture.Replaces)
        {
            throw new ModelGenException($"There is a file '{picture.File}' already; --force replaces it, --out names another.");
        }

        if (picture.Label is { } label && label >= model.ClassCount)
        {
            throw new ModelGenException(
                model.ClassCount == 0
                    ? $"{model.GetName()} has no classes; leave --label out."
                    : $"{model.GetName()} has the classes 0 to {model.ClassCount - 1}, not {label}."
            );
        }

        using var scope = NewDisposeScope();
        var columns = model.ClassCount > 0 && picture.Label is null ? model.ClassCount : Columns;
        if (!picture.Interpolates && picture.Axis is null)
        {
            long[] labels =
            [
                .. Enumerable.Range(0, picture.Count).Select(index => (long)(picture.Label ?? (index % Math.Max(1, model.ClassCount)))),
            ];
            ImageGrid.Write(
                picture.File,
                model.Sample(picture.Count, picture.Seed, model.ClassCount > 0 ? tensor(labels) : null),
                columns,
                Scale
            );
        }
        else
        {
            var latent =
                model as LatentModel
                ?? throw new ModelGenException(
                    $"{model.GetName()} has no latent space to move in; leave --interpolate and --traverse out."
                );
            ImageGrid.Write(picture.File, Ways(latent, picture), Columns, Scale);
        }

        Console.WriteLine($"the images are in {picture.File}");
    }

    // A row for each pair of points, or for each point of which one axis is varied.
    private static Tensor Ways(LatentModel model, Picture picture)
    {
        if (picture.Axis >= model.LatentSize)
        {
            throw new ModelGenException(
                $"The latent space of {model.GetName()} has the axes 0 to {model.LatentSize - 1}, not {picture.Axis}."
            );
        }

        var rows = Math.Max(1, picture.Count / Columns);
        using var generator = new Generator(picture.Seed);
        var points = randn([2L * rows, model.LatentSize], generator: generator);
        return cat([
            .. Enumerable
                .Range(0, rows)
                .Select(row =>
                {
                    int? label = model.ClassCount > 0 ? picture.Label ?? (row % model.ClassCount) : null;
                    return picture.Axis is { } axis
                        ? model.Traverse(points[row], axis, steps: Columns, label: label)
                        : model.Interpolate(points[row], points[row + rows], Columns, Interpolation.Spherical, label);
                }),
        ]);
    }

    private sealed record Picture(string File, bool Replaces, int Count, int? Label, bool Interpolates, int? Axis, ulong Seed);
}
