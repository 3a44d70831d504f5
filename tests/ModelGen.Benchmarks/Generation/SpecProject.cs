using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Generators;
using ModelGen.Models;

namespace ModelGen.Benchmarks.Generation;

/// <summary>A C# project with 100 specs, half of them GPTs and half convolutional networks, all of different sizes.</summary>
internal sealed class SpecProject
{
    /// <summary>How many specs there are.</summary>
    public const int Count = 100;

    /// <summary>Reads the references and writes the specs.</summary>
    public SpecProject()
    {
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(TorchSharp.torch).Assembly.Location)
            .Append(typeof(ModelGenException).Assembly.Location)
            .Append(typeof(LanguageModel).Assembly.Location);
        Compilation = CSharpCompilation.Create(
            "Specs",
            references: platform.Select(static path => MetadataReference.CreateFromFile(path)),
            options: new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        Specs = [.. Enumerable.Range(0, Count).Select(static index => Spec(index, 0))];
    }

    /// <summary>The project without the generated files.</summary>
    public CSharpCompilation Compilation { get; }

    /// <summary>The specs.</summary>
    public IReadOnlyList<AdditionalText> Specs { get; }

    /// <summary>A driver that has not run yet.</summary>
    public GeneratorDriver CreateDriver() =>
        CSharpGeneratorDriver.Create(
            [new SpecGenerator().AsSourceGenerator()],
            Specs,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: false)
        );

    /// <summary>Runs a driver and checks that all specs have become code.</summary>
    public GeneratorDriver Run(GeneratorDriver driver)
    {
        var after = driver.RunGenerators(Compilation);
        var result = after.GetRunResult();
        var models = result.GeneratedTrees.Count(static tree => !tree.FilePath.EndsWith(".SourceMap.g.cs", StringComparison.Ordinal));
        if (models != Count || !result.Diagnostics.IsEmpty)
        {
            throw new ModelGenException(
                $"{models} of {Count} specs became "
                    + $"code{string.Concat(result.Diagnostics.Take(1).Select(static diagnostic => $": {diagnostic}"))}."
            );
        }

        return after;
    }

    /// <summary>A spec, with one number changed at each edit.</summary>
    /// <param name="index">Which of them, from 0.</param>
    /// <param name="edit">How often it has been edited.</param>
    public static AdditionalText Spec(int index, int edit)
    {
        var text =
            index % 2 == 0
                ? $$"""
                    model: Writer{{index}}
                    summary: A GPT of its own size.
                    family: transformer
                    let: { width: {{4 * (16 + index)}}, heads: 4 }
                    data: { tokens: { context: {{64 + index + edit}}, tokenizer: bytes } }
                    network:
                      - embed: { width: $width, positions: learned }
                      - repeat: {{2 + (index % 7)}}
                        layers:
                          - residual: [layer-norm, self-attention: { heads: $heads, causal: true, dropout: 0.1 }]
                          - residual: [layer-norm, linear: 4 * $width, gelu, linear: $width, dropout: 0.1]
                      - layer-norm
                      - unembed
                    objective: next-token
                    training:
                      optimizer: { adamw: { learning-rate: 1e-3, weight-decay: 0.1, betas: [0.9, 0.99] } }
                      schedule: { cosine: { warmup: 100 steps, floor: 1e-4 } }
                      clip-norm: 1.0
                      batch: 12
                      duration: 2000 steps
                    sampling: { temperature: 0.8, top-k: 200 }
                    """
                : $$"""
                    model: Looker{{index}}
                    summary: A classifier of its own size.
                    family: network
                    let: { width: {{8 + index + edit}} }
                    data: { image: [3, 32, 32] }
                    network:
                      - conv: { channels: $width, kernel: 3, padding: 1 }
                      - batch-norm
                      - relu
                      - conv: { channels: 2 * $width, kernel: 3, stride: 2, padding: 1 }
                      - batch-norm
                      - relu
                      - repeat: {{1 + (index % 5)}}
                        layers:
                          - residual: [conv: { channels: 2 * $width, kernel: 3, padding: 1 }, batch-norm, relu]
                      - max-pool: 2
                      - flatten
                      - linear: 4 * $width
                      - relu
                      - dropout: 0.2
                      - linear: 10
                    """;
        return new SpecText($"/specs/spec{index:D3}.model.yaml", SourceText.From(text));
    }

    private sealed class SpecText(string path, SourceText text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => text;
    }
}
