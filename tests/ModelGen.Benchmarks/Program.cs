using ModelGen;
using ModelGen.Benchmarks;
using ModelGen.Benchmarks.Generation;
using ModelGen.Benchmarks.Sampling;
using ModelGen.Benchmarks.Training;
using ModelGen.Compiler.Diagnostics;

Measure[] all = [new GenerateSpecs(), new RegenerateOneEdit(), new TrainStep(), new TrainMemory(), new SampleTokens()];

if (args is [TrainMemory.ChildArgument, var side])
    return TrainMemory.RunChild(side);

if (args is ["--list"])
{
    foreach (var measure in all)
        Console.WriteLine($"{measure.Name}: {measure.Sentence}");
    return 0;
}

var chosen = new List<Measure>();
foreach (var name in args)
{
    if (all.FirstOrDefault(measure => measure.Name == name) is not { } measure)
    {
        var names = all.Select(each => each.Name).Append("--list").ToArray();
        var hint = names.FirstOrDefault(longer => longer.StartsWith(name, StringComparison.Ordinal)) is { } begun ? $"; did you mean '{begun}'?" : NearestWord.Hint(name, names);
        Console.Error.WriteLine($"There is no measure '{name}'{hint}");
        return 2;
    }

    chosen.Add(measure);
}

try
{
    foreach (var measure in chosen is [] ? all : [.. chosen])
        Console.WriteLine($"{measure.Name} {measure.Run()}");
    return 0;
}
catch (ModelGenException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
