using System.Globalization;

namespace ModelGen.Generators.Tests.Classes;

/// <summary>
/// Code that somebody is in the middle of writing is the usual case: neither the generator nor the analyzer may fail on it.
/// </summary>
public sealed class ClassFuzzTests
{
    private const int Count = 60;

    private const string Source = """
        using ModelGen;
        namespace App;
        [Transformer(Summary = "Writes."), Tokens(8), NextToken, Sampling(TopK = 3), NormalInitialiser(0.02, Key = "initialiser")]
        [Training(Batch = 4, Duration = "100 steps"), AdamW(1e-3, Betas = [0.9, 0.99]), CosineSchedule(Floor = 1e-4)]
        public partial class Alpha
        {
            private const int Width = 8;
            [Embed(Width, Initialiser = "uniform: { bound: 0.1 }"), Repeat(2, nameof(Block)), Use(nameof(Mlp), As = "a"), Add(From = ["a", "input"]), Unembed]
            static partial LayerList NetworkLayers { get; }
            [Residual(layers: nameof(Mlp)), LayerNorm(Bias = false)]
            internal static partial LayerList Block { get; }
            [Linear(4 * Width), Gelu("tanh"), Linear(features: Width)]
            static partial LayerList Mlp { get; }
        }
        [Network, Image(1, 9, 9)]
        partial class Beta
        {
            [Conv(2, Kernel = new[] { 3, 3 }, Stride = 1), MaxPool(2), Reshape(2, -1)]
            partial LayerList NetworkLayers { get; }
        }
        [Model("a.model.yaml")] public partial class Gamma;
        """;

    [Fact]
    public void NothingOfACutFileIsTooStrange()
    {
        var random = new Random(1);
        var project = new SpecProject(source: Source, generator: new ClassGenerator()).Write("/app/a.model.yaml", Specs.Network("Gamma"));
        for (var i = 0; i < Count; i++)
        {
            var (start, other) = (random.Next(Source.Length), random.Next(Source.Length));
            var length = Math.Min(random.Next(1, 40), Source.Length - start);
            var cut = random.Next(3) switch
            {
                0 => Source.Remove(start, length),
                1 => Source.Insert(other, Source.Substring(start, length)),
                _ => Source[..start],
            };
            project.WriteCode(cut);

            var failures = project
                .Analyze()
                .Where(static diagnostic => diagnostic.Id is "AD0001" or "MG9999")
                .Select(static diagnostic => diagnostic.ToString())
                .Concat(project.Run().Result.Exception is { } exception ? [exception.ToString()] : []);
            Assert.True(!failures.Any(), string.Create(CultureInfo.InvariantCulture, $"{string.Join('\n', failures)}\n{cut}"));
        }
    }
}
