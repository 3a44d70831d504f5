using Microsoft.CodeAnalysis;

namespace ModelGen.Compiler.Tests.House;

/// <summary>How one project is laid out, and where it is not yet so.</summary>
/// <param name="Folder">The project's folder in the repository.</param>
/// <param name="Rooms">Its namespaces without the project's own name; each names only those before it.</param>
internal sealed record Layout(string Folder, IReadOnlyList<string> Rooms)
{
    /// <summary>The arrows that go the wrong way today, as "From -> To".</summary>
    public IReadOnlyList<string> WrongArrows { get; init; } = [];

    /// <summary>The namespaces that lead to each other today; each knot with its namespaces in order.</summary>
    public IReadOnlyList<string> Knots { get; init; } = [];

    /// <summary>The folders that have files outside their namespace today.</summary>
    public IReadOnlyList<string> Misplaced { get; init; } = [];

    /// <summary>What its namespaces begin with; the project's name unless told otherwise.</summary>
    public string Root
    {
        get => field ?? Project;
        init;
    }

    private string Project => Folder[(Folder.LastIndexOf('/') + 1)..];

    /// <summary>What sources have that this layout does not allow, and what it allows that they no longer have.</summary>
    public IReadOnlyList<string> Problems(IReadOnlyList<SyntaxTree> sources)
    {
        var arrows = Namespaces.Arrows(sources, Project);
        var rooms = sources
            .SelectMany(Namespaces.Declared)
            .Distinct()
            .Where(name => name == Root || name.StartsWith(Root + ".", StringComparison.Ordinal))
            .Select(Room);
        return
        [
            .. Compare("room", rooms, Rooms),
            .. arrows
                .Where(arrow => Place(arrow.From) <= Place(arrow.To))
                .Where(arrow => !WrongArrows.Contains($"{Room(arrow.From)} -> {Room(arrow.To)}"))
                .Select(arrow => $"wrong arrow: {Room(arrow.From)} -> {Room(arrow.To)} at {arrow.Place}"),
            .. WrongArrows
                .Except(
                    arrows.Where(arrow => Place(arrow.From) <= Place(arrow.To)).Select(arrow => $"{Room(arrow.From)} -> {Room(arrow.To)}")
                )
                .Select(arrow => $"no longer there, so to be struck off: wrong arrow: {arrow}"),
            .. Compare("knot", Namespaces.Knots(arrows).Select(knot => string.Join(", ", knot.Split(", ").Select(Room))), Knots),
            .. Compare("not all in the namespace of the folder", Namespaces.Misplaced(sources, Folder, Root), Misplaced),
        ];
    }

    private static IEnumerable<string> Compare(string what, IEnumerable<string> found, IEnumerable<string> allowed) =>
        found
            .Except(allowed)
            .Select(each => $"{what}: {each}")
            .Concat(allowed.Except(found).Select(each => $"no longer there, so to be struck off: {what}: {each}"));

    private int Place(string name) => Rooms.ToList().IndexOf(Room(name));

    private string Room(string name) => name == Root ? "" : name[(Root.Length + 1)..];
}
