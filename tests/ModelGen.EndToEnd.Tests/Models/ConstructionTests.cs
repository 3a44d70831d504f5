using ModelGen.Compiler.Language;
using ModelGen.Compiler.Tests.Language;
using ModelGen.EndToEnd.Tests.Generated;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Models;

/// <summary>A model that is made and disposed leaves no tensor behind, whatever it is made of.</summary>
public sealed class ConstructionTests(ConstructionTests.Examples examples) : IClassFixture<ConstructionTests.Examples>
{
    public static IEnumerable<object[]> Names => EveryWord.Specs.Select(static pair => new object[] { Name(pair.Word) });

    // This thread's tensors: the process's also counts those that finalizers have yet to free.
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Theory]
    [MemberData(nameof(Names))]
    public void NothingIsLeftOfAModel(string name)
    {
        foreach (var compiled in examples[name])
        {
            var before = Live;
            using (var model = compiled.Create<nn.Module>())
                Assert.Equal(before + Held(model), Live);
            Assert.Equal(before, Live);
        }
    }

    private static long Held(nn.Module model)
    {
        var tensors = model.state_dict().Values.DistinctBy(static tensor => tensor.Handle).ToList();
        Assert.DoesNotContain(tensors, static tensor => tensor.IsInvalid);
        return tensors.Count;
    }

    private static string Name(Definition word) => $"{word.Kind} {word.Word}";

    /// <summary>The example of each word as a class, and once more without what may be left out.</summary>
    public sealed class Examples
    {
        private readonly ILookup<string, CompiledModel> _models;

        public Examples()
        {
            var assembly = new SpecAssembly();
            var specs = EveryWord.Specs.SelectMany(static pair => new[] { pair.Spec, WithoutOptional(pair.Word, pair.Spec) }.Distinct().Select(spec => (pair.Word, Spec: spec))).ToList();
            foreach (var (_, spec) in specs)
                Assert.Empty(assembly.Add(spec));
            _models = specs.Zip(assembly.Load()).ToLookup(static pair => Name(pair.First.Word), static pair => pair.Second);
        }

        internal IEnumerable<CompiledModel> this[string name] => _models[name];

        private static string WithoutOptional(Definition word, string example)
        {
            var spec = SpecText.Parse(example);
            var optional = WrittenParameters.Find(spec).Where(pair => word.Parameters.Contains(pair.Value) && !pair.Value.IsRequired).Select(static pair => pair.Key).ToList();
            foreach (var group in spec.All().OfType<SpecText.Group>().ToList())
                group.Keys.RemoveAll(optional.Contains);
            return spec.Write();
        }
    }
}
