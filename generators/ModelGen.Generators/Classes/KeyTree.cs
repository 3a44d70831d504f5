using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Generators.Classes;

/// <summary>Keys in groups, added in any order.</summary>
internal sealed class KeyTree(string name, SourceSpan place)
{
    private readonly List<KeyTree> _groups = [];
    private readonly List<object> _order = [];
    private SourceSpan _place = place;

    /// <summary>The group at a path, created where it is missing.</summary>
    /// <param name="path">The names, separated by dots; empty for this group.</param>
    /// <param name="place">The place where it is first written.</param>
    public KeyTree Group(string path, SourceSpan place)
    {
        if (path.Length == 0)
        {
            return this;
        }

        var dot = path.IndexOf('.');
        var head = dot < 0 ? path : path.Substring(0, dot);
        var group = _groups.FirstOrDefault(candidate => candidate.Name == head);
        if (group is null)
        {
            group = new KeyTree(head, place);
            _groups.Add(group);
            _order.Add(group);
        }

        return group.Group(dot < 0 ? "" : path.Substring(dot + 1), place);
    }

    /// <summary>Sets the place of the group itself.</summary>
    public void MoveTo(SourceSpan place) => _place = place;

    public void Add(Entry entry) => _order.Add(entry);

    /// <summary>The keys in the order in which they were added.</summary>
    public MapNode ToNode() => new(_place, [.. _order.Select(static item => item as Entry ?? ((KeyTree)item).ToEntry())]);

    private string Name { get; } = name;

    private Entry ToEntry() => new(new ScalarNode(_place, Name, isQuoted: false), ToNode());
}
