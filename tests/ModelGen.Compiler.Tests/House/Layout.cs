using Microsoft.CodeAnalysis;

namespace ModelGen.Compiler.Tests.House;

/// <summary>How one project is laid out.</summary>
/// <param name="Folder">The project's folder in the repository.</param>
/// <param name="Rooms">Its namespaces without the project's own name; each names only those before it.</param>
internal sealed record Layout(string Folder, IReadOnlyList<string> Rooms)
{
    /// <summary>What its namespaces begin with; the project's name unless told otherwise.</summary>
    public string Root
    {
        get => field ?? Project;
        init;
    }

    private string Project => Folder[(Folder.LastIndexOf('/') + 1)..];

    /// <summary>What sources have that this layout does not allow, and the rooms that they no longer have.</summary>
    public IReadOnlyList<string> Problems(IReadOnlyList<SyntaxTree> sources)
    {
        var arrows = Namespaces.Arrows(sources, Project);
        var rooms = sources
            .SelectMany(Namespaces.Declared)
            .Distinct()
            .Where(name => name == Root || name.StartsWith(Root + ".", StringComparison.Ordinal))
            .Select(Room)
            .ToList();
        return
        [
            .. rooms.Except(Rooms).Select(room => $"a room that the layout lacks: {room}"),
            .. Rooms.Except(rooms).Select(room => $"a room of the layout that is empty: {room}"),
            .. arrows
                .Where(arrow => Place(arrow.From) <= Place(arrow.To))
                .Select(arrow => $"wrong arrow: {Room(arrow.From)} -> {Room(arrow.To)} at {arrow.Place}"),
            .. Namespaces.Knots(arrows).Select(knot => $"knot: {string.Join(", ", knot.Split(", ").Select(Room))}"),
            .. Namespaces.Misplaced(sources, Folder, Root).Select(room => $"not all in the namespace of the folder: {room}"),
        ];
    }

    private int Place(string name) => Rooms.ToList().IndexOf(Room(name));

    private string Room(string name) => name == Root ? "" : name[(Root.Length + 1)..];
}
