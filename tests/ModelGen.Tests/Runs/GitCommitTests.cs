using System.Text;
using ModelGen.Runs;

namespace ModelGen.Tests.Runs;

/// <summary>The files that git writes, in the forms that its documentation describes.</summary>
public sealed class GitCommitTests : IDisposable
{
    private const string Hash = "0123456789abcdef0123456789abcdef01234567";
    private const string Other = "ffffffffffffffffffffffffffffffffffffffff";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ABranchIsFollowedFromAFolderBelow()
    {
        Write("a/.git/HEAD", "ref: refs/heads/topic/one\n");
        Write("a/.git/refs/heads/topic/one", Hash + "\n");
        Assert.Equal(Hash, GitCommit.Find(Directory.CreateDirectory(_folder["a/b/c"]).FullName));
    }

    [Fact]
    public void ADetachedHeadIsTheCommit()
    {
        Write("a/.git/HEAD", Hash + "\n");
        Assert.Equal(Hash, GitCommit.Find(_folder["a"]));
    }

    [Fact]
    public void PackedReferencesAreRead()
    {
        Write("a/.git/HEAD", "ref: refs/heads/main\n");
        Write(
            "a/.git/packed-refs",
            $"# pack-refs with: peeled fully-peeled sorted "
                + $"\n{Other} refs/heads/domain\n{Hash} refs/heads/main\n{Other} refs/tags/v1\n^{Other}\n"
        );
        Assert.Equal(Hash, GitCommit.Find(_folder["a"]));
    }

    [Fact]
    public void AWorktreeIsFollowedToWhatItShares()
    {
        Write("main/.git/refs/heads/topic", Hash + "\n");
        Write("main/.git/worktrees/tree/HEAD", "ref: refs/heads/topic\n");
        Write("main/.git/worktrees/tree/commondir", "../..\n");
        Write("tree/.git", $"gitdir: {_folder["main/.git/worktrees/tree"]}\n");
        Assert.Equal(Hash, GitCommit.Find(_folder["tree"]));

        // A submodule's link is relative, and it has all of its own.
        Write("main/.git/modules/sub/HEAD", Other);
        Write("main/sub/.git", "gitdir: ../.git/modules/sub\n");
        Assert.Equal(Other, GitCommit.Find(_folder["main/sub"]));
    }

    [Fact]
    public void WhereThereIsNoneItIsAbsent()
    {
        // Its first commit is yet to be made; references in a form of later versions; a link to nowhere; something else.
        Write("new/.git/HEAD", "ref: refs/heads/main\n");
        Write("table/.git/HEAD", "ref: refs/heads/.invalid\n");
        Write("lost/.git", "gitdir: /nowhere/at/all\n");
        Write("odd/.git/HEAD", "what is this");
        Write("file/.git", "not a link");
        foreach (var name in new[] { "new", "table", "lost", "odd", "file" })
        {
            Assert.Null(GitCommit.Find(_folder[name]));
        }
    }

    private void Write(string name, string text) => _folder.Write(name, Encoding.UTF8.GetBytes(text));
}
