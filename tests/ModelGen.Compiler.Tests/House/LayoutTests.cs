namespace ModelGen.Compiler.Tests.House;

/// <summary>That folders are namespaces, and that arrows between them go one way.</summary>
public sealed class LayoutTests
{
    private const string Compiler = "generators/ModelGen.Compiler";

    // Each names only those before it: Syntax -> Spec -> Graph -> Passes -> a back end.
    private static readonly string[] Rooms =
    [
        "Collections", "Text", "Diagnostics", "Syntax", "Shapes", "Operations", "Language", "Language.Parameters", "Spec", "Binding", "Graph", "Passes", "Surface",
        "Words", "Words.Data", "Words.Initialisers", "Words.Likelihoods", "Words.LabelCodes", "Words.Objectives", "Words.Training.Optimizers", "Words.Training.Schedules", "Words.Training", "Words.Layers", "Words.Families",
        "CSharp.Naming", "CSharp.Operations", "CSharp", "Attributes", "Schema", "",
    ];

    [Fact]
    public void ArrowsOfTheCompilerGoOneWay()
    {
        var arrows = Namespaces.Arrows(Compiler, "ModelGen.Compiler");

        var wrong = arrows.Where(arrow => Place(arrow.From) <= Place(arrow.To)).Select(arrow => $"{arrow.From} -> {arrow.To} at {arrow.Place}").ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal([], Namespaces.Knots(arrows));
        Assert.Equal(Rooms.Except([""]).Order(StringComparer.Ordinal), arrows.SelectMany(arrow => new[] { arrow.From, arrow.To }).Distinct().Where(name => name != "ModelGen.Compiler").Select(Room).Order(StringComparer.Ordinal));

        static int Place(string name) => Array.IndexOf(Rooms, Room(name));
    }

    private static string Room(string name) => name == "ModelGen.Compiler" ? "" : name["ModelGen.Compiler.".Length..];
}
