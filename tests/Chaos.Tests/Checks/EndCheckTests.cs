using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.Checks;

public sealed class EndCheckTests
{
    private static readonly Operation First = new("s", "c", OperationKind.Write, "a", null, 0, 1, Outcome.Done, 1, null, null, "");
    private static readonly Operation Last = First with { Value = "b", Version = 2 };
    private static readonly Operation Lost = First with { Value = "u", Version = null, Outcome = Outcome.Unknown };
    private static readonly Operation Deleted = First with { Kind = OperationKind.Delete, Value = null, Version = 3 };

    private static string[] Kinds(string? go, string? python, params Operation[] history) => [.. EndCheck.Of(new("s", go, python, go, python), history).Select(v => v.Kind)];

    [Fact]
    public void The_last_acknowledged_change_is_what_is_left_or_one_that_nobody_was_told_of()
    {
        Assert.Empty(Kinds("b", "b", Last, First));
        Assert.Empty(Kinds("u", "u", First, Lost, Last));
        Assert.Empty(Kinds(null, null, First, Deleted));
        Assert.Empty(Kinds("", ""));
    }

    [Fact]
    public void Anything_else_is_a_loss()
    {
        Assert.Equal([ViolationKind.Lost], Kinds("a", "a", First, Last));
        Assert.Equal([ViolationKind.Lost], Kinds(null, null, First, Last));
        Assert.Equal([ViolationKind.Lost], Kinds("b", "b", Last, Deleted));
        Assert.Equal([ViolationKind.Lost], Kinds("x", "x"));
    }

    [Fact]
    public void A_delete_that_nobody_was_told_of_explains_an_end_only_where_the_session_was_gone()
    {
        var delete = Deleted with { Version = null, Outcome = Outcome.Unknown };
        string[] Gone(params long[] absences) => [.. EndCheck.Of(new("s", null, null, null, null), [First, delete], absences).Select(v => v.Kind)];
        Assert.Empty(Gone(1));
        Assert.Equal([ViolationKind.Lost], Gone());
    }

    [Fact]
    public void What_a_client_has_made_was_not_there_at_first()
    {
        string[] Made(string? all, params Operation[] history) => [.. EndCheck.Of(new("s", all, all, all, all) { Made = true }, history).Select(v => v.Kind)];
        Assert.Empty(Made(null, Lost));
        Assert.Empty(Made("u", Lost));
        Assert.Equal([ViolationKind.Lost], Made("", Lost));
        Assert.Equal([ViolationKind.Lost], Made(null, First));
    }

    /// <summary>What legacy took while dual-write was off has no version: clients' clocks tell its place.</summary>
    [Fact]
    public void A_change_without_a_version_comes_after_what_was_answered_before_it()
    {
        var forwarded = First with { Value = "f", Version = null, Invoked = 5, Answered = 6 };
        Assert.Empty(Kinds("f", "f", First, forwarded));
        Assert.Equal([ViolationKind.Lost], Kinds("a", "a", First, forwarded));
        Assert.Empty(Kinds("b", "b", forwarded, Last with { Invoked = 4, Answered = 7 }));
    }

    [Fact]
    public void What_was_seen_and_then_replaced_does_not_come_back()
    {
        var shown = Lost with { Kind = OperationKind.Read, Outcome = Outcome.Done, Invoked = Lost.Answered, Answered = Lost.Answered, Side = "go" };
        var later = Last with { Invoked = Lost.Answered + 1, Answered = Lost.Answered + 2 };
        Assert.Equal([ViolationKind.Lost], Kinds("u", "u", First, Lost, shown, later));
        Assert.Empty(Kinds("u", "u", First, Lost, later));
    }

    [Fact]
    public void Both_sides_hold_the_same() => Assert.Equal([ViolationKind.Diverged], Kinds("b", "a", First, Last));

    [Fact]
    public void A_database_that_holds_something_else_than_its_program_shows_is_noticed() =>
        Assert.Equal([ViolationKind.Diverged], [.. EndCheck.Of(new("s", "b", "b", "b", "a"), [First, Last]).Select(v => v.Kind)]);
}
