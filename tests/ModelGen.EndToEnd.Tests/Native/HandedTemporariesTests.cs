using System.Reflection;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Tests.Language;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.EndToEnd.Tests.Graphs;
using ModelGen.Layers;
using ModelGen.Native;

namespace ModelGen.EndToEnd.Tests.Native;

/// <summary>
/// Numbers, and torch's global generator, reach libtorch through one room alone, from the runtime and from generated code.
/// </summary>
public class HandedTemporariesTests
{
    private const string Update = "MODELGEN_UPDATE_DOCS";

    // The rooms that numbers go through, and the call of a script, which takes whatever its file wants; its numbers are scalars already.
    private static readonly string[] Rooms = ["ModelGen.Native.Numbers.", "ModelGen.Native.TensorArithmetic."];
    private static readonly string[] Allowed = [.. Rooms, "ModelGen.Evaluation.TorchScriptExtractor"];
    private static readonly string[] RoomOfGenerators = ["ModelGen.Native.RngState."];

    // A family's base class computes them; generated code only makes their modules.
    private static readonly Type[] NotInGraphs = [typeof(Quantise), typeof(LogLikelihood)];

    private static readonly string Careless = typeof(CarelessCode).FullName!;

    private static readonly string Root = typeof(HandedTemporariesTests)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static each => each.Key == "RepositoryRoot")
        .Value!;

    private static byte[] Runtime => File.ReadAllBytes(typeof(TensorArithmetic).Assembly.Location);

    /// <summary>With MODELGEN_UPDATE_DOCS=1 the list is written instead of compared.</summary>
    [Fact]
    public void WhatTheRuntimeMayNotCallIsWhatThisTorchSharpHas()
    {
        var file = Path.Combine(Root, "src", "ModelGen.Torch", "BannedSymbols.txt");
        var text = string.Concat(
            HandedTemporaries
                .Numbers.Public.Select(static member =>
                    $"{member}; it hands libtorch a number that a collection may free: use ModelGen.Native.Numbers\n"
                )
                .Concat(
                    HandedTemporaries.Generators.Public.Select(static member =>
                        $"{member}; it hands libtorch a generator that a collection may free: use ModelGen.Native.RngState\n"
                    )
                )
        );
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.True(
            File.ReadAllText(file).ReplaceLineEndings("\n") == text,
            $"BannedSymbols.txt is not current; run this test once with {Update}=1."
        );
    }

    [Fact]
    public void TheRuntimeHandsThemOverInOneRoom()
    {
        Assert.Equal([], Outside(HandedTemporaries.Numbers.UsesIn(Runtime), Allowed));
        Assert.Equal([], Outside(HandedTemporaries.Generators.UsesIn(Runtime), RoomOfGenerators));
    }

    [Fact]
    public void ThatRoomHoldsEachUntilItIsRead()
    {
        Assert.All(Rooms, static room => Assert.NotEmpty(Inside(HandedTemporaries.Numbers.UsesIn(Runtime), room)));
        Assert.All(RoomOfGenerators, static room => Assert.NotEmpty(Inside(HandedTemporaries.Generators.UsesIn(Runtime), room)));

        Assert.Equal([], Inside(HandedTemporaries.Numbers.UnheldUsesIn(Runtime), Rooms));
        Assert.Equal([], HandedTemporaries.Generators.UnheldUsesIn(Runtime));
    }

    /// <summary>The specs of all words, and random ones over all words, which has layers in places that no example has.</summary>
    [Fact]
    public void GeneratedCodeHandsNoneOver()
    {
        var assembly = new SpecAssembly();
        foreach (var (_, _, spec) in EveryWord.Specs)
        {
            Assert.Equal([], assembly.Add(spec));
        }

        for (var seed = 0; seed < 80; seed++)
        {
            assembly.Add(RandomSpec.Write(seed));
            if (RandomSpec.WriteWithSides(seed) is { } withSides)
            {
                assembly.Add(withSides);
            }
        }

        var code = assembly.Emit().Code;
        Assert.Equal([], HandedTemporaries.Numbers.UsesIn(code));
        Assert.Equal([], HandedTemporaries.Generators.UsesIn(code));
        var operations = assembly.Graphs.SelectMany(Operations).Select(static operation => operation.Op.GetType());
        var all = typeof(Op).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract);
        Assert.Equal([], all.Except(NotInGraphs).Except(operations));
    }

    // Those of decoding steps are in the code, too.
    private static IEnumerable<Operation> Operations(ModelGraph graph)
    {
        var steps = DecodingSteps.Of(graph);
        return graph
            .Classes.Append(graph.Root)
            .SelectMany(part => part.Operations.Concat(steps.StepOf(part)?.Operations ?? Enumerable.Empty<Operation>()));
    }

    [Fact]
    public void ThisTestSeesWhatItLooksFor()
    {
        var assembly = File.ReadAllBytes(typeof(CarelessCode).Assembly.Location);

        HashSet<string> unheld =
        [
            "..ctor",
            ".InAVariable",
            ".OfAFunction",
            ".OfAnOperator",
            "System.Collections.Generic.List`1<TorchSharp.Modules.BatchNorm1d>",
            "TorchSharp.Modules.BatchNorm2d",
        ];
        Assert.Equal([.. unheld, "..cctor", ".Held"], Places(HandedTemporaries.Numbers.UsesIn(assembly)));
        Assert.Equal(unheld, Places(HandedTemporaries.Numbers.UnheldUsesIn(assembly)));
        Assert.Equal([".OfTheGenerator", ".WithTheGenerator"], Places(HandedTemporaries.Generators.UsesIn(assembly)));
        Assert.Equal([".OfTheGenerator"], Places(HandedTemporaries.Generators.UnheldUsesIn(assembly)));

        static HashSet<string> Places(IEnumerable<string> uses) =>
            [
                .. Inside(uses, Careless)
                    .Select(static use => use[Careless.Length..].Replace(" holds ", "", StringComparison.Ordinal).Split(':')[0]),
            ];
    }

    private static IEnumerable<string> Inside(IEnumerable<string> uses, params string[] rooms) =>
        uses.Where(use => rooms.Any(room => use.StartsWith(room, StringComparison.Ordinal)));

    private static IEnumerable<string> Outside(IEnumerable<string> uses, string[] rooms) => uses.Except(Inside(uses, rooms));
}
