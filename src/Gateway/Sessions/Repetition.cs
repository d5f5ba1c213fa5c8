using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Problems;
using Orleans.Storage;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>
/// One request, asked of the cluster again when the silo that works on it is lost or silent. What was asked before may still answer, and the first
/// answer counts: a silo that was only slow is not asked in vain.
/// </summary>
/// <param name="silence">After which nothing is expected of an attempt alone: another one is made beside it.</param>
/// <param name="reads">It changes nothing, so it does not matter what became of an attempt.</param>
/// <param name="leased">What is asked needs a lease; false = it is about the lease, and without one there is nothing to wait for.</param>
internal sealed class Repetition<T>(TimeSpan silence, TimeProvider time, bool reads = false, bool leased = true)
{
    // Longer than it takes the cluster to find out that a silo is frozen, and its successors to wait for what it left behind.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);
    // A silo that leaves has mostly handed its sessions over by then; one that lacks the database may lack it for long. That is for a request
    // that has certainly done nothing: of another no honest answer comes before one attempt has told what became of it.
    private static readonly TimeSpan WithoutLease = TimeSpan.FromSeconds(3);
    private readonly List<Task<T>> _open = [];
    private readonly long _begun = time.GetTimestamp();
    private int _refused;
    private int _pauses;
    private bool _lost;

    // It ended without an answer while its silo, for all that is known, still has it: whatever a later one meets, it may take effect after that.
    private bool _abandoned;

    /// <summary>How many attempts were made.</summary>
    public int Asked { get; private set; }

    /// <summary>How many of them came under an older rollout.</summary>
    public int Stale { get; private set; }

    /// <summary>The attempt that is made next, from 1, of those that may take effect: what follows one that did nothing need not look for it.</summary>
    public int Attempt => Asked - _refused + 1;

    /// <summary>Since the first attempt was made.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_begun);

    /// <summary>One that was made may have taken effect, or may yet: whatever a later one says of itself, what became of the request is not known.</summary>
    public bool Unsettled => !reads && (_lost || _open.Count > 0);

    /// <summary>A lease that is lacking may still be waited for. It is worth it where the answer would be that nothing is known.</summary>
    public bool AwaitsLease => Elapsed < (Unsettled ? Patience : WithoutLease);

    /// <summary>An attempt that is under way now.</summary>
    public void Add(Task<T> attempt)
    {
        Asked++;
        _open.Add(attempt);
        // One that is not waited for any more may end as it likes.
        attempt.Ignore();
    }

    /// <summary>Waits for an answer, or until it is time to ask again.</summary>
    /// <exception cref="TimeoutException">Nobody has answered for as long as a request is repeated.</exception>
    /// <exception cref="StaleEpochException">It was asked under an older rollout: the caller looks what is in force, then asks again.</exception>
    public async Task<(bool Answered, T Answer)> Next(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        while (await First(silence - time.GetElapsedTime(asked), cancellationToken) is { } attempt)
        {
            _open.Remove(attempt);
            try
            {
                return (true, await attempt);
            }
            catch (Exception e) when (Elapsed < Patience && Repetition.Lost(e))
            {
                // Who lost to another activation may have lost after GAIA_HOME had taken the change.
                _lost = true;
                _abandoned |= e is not (SiloUnavailableException or OrleansMessageRejectionException or InconsistentStateException);
                await Pause(cancellationToken);
                return default;
            }
            // It did nothing, and asking again would only be more of it; the one before may have done it, or may yet.
            catch (Exception e) when (Repetition.TooMuch(e))
            {
                if (_open.Count == 0) throw Unsettled ? new InterruptedException() : new OverloadedException("Too many requests wait for this session, or for the silo that has it.");
            }
            // It did nothing, for it is not counted as active any more: who has the session next can.
            catch (LeaseLostException) when (leased && AwaitsLease)
            {
                _refused++;
                await Pause(cancellationToken);
                return default;
            }
            catch (StaleEpochException e)
            {
                Stale++;
                if (e.Begun) _lost = true;
                else _refused++;
                throw;
            }
            // The session could not tell what became of an attempt before, and that one may yet tell itself.
            catch (OutcomeUnknownException) when (_open.Count > 0)
            {
                _lost = true;
            }
            // It did nothing; the one before may have done it.
            catch (GaiaException e) when (Unsettled && Repetition.SaysNothingOfOthers(e))
            {
                if (_open.Count == 0) throw new InterruptedException();
            }
            // It is about the state that it met. Another attempt may meet a later one, and take effect.
            catch (GaiaException e) when (!reads && (_open.Count > 0 || _abandoned))
            {
                return (true, await Rest(_abandoned ? null : e));
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return Elapsed < Patience ? default : throw new TimeoutException("No silo answered.");
    }

    /// <summary>
    /// One that has ended, or null where none is under way or ends within this time. The timer ends with the waiting: those that outlive
    /// their requests are a queue of their own at thousands of requests a second.
    /// </summary>
    private async Task<Task<T>?> First(TimeSpan within, CancellationToken cancellationToken)
    {
        if (_open.Count == 0) return null;
        Task ended = _open is [var only] ? only : Task.WhenAny(_open);
        if (within > TimeSpan.Zero) await ended.WaitAsync(within, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _open.Find(a => a.IsCompleted);
    }

    /// <summary>Waits for the attempts under way: no further one can be made, or need be.</summary>
    /// <param name="refusal">What one has been answered, which is the answer when the others did nothing either.</param>
    /// <exception cref="InterruptedException">None of them has told what became of it.</exception>
    public async Task<T> Rest(GaiaException? refusal = null)
    {
        while (_open.Count > 0)
        {
            var attempt = await Task.WhenAny(_open);
            _open.Remove(attempt);
            if (attempt.IsCompletedSuccessfully) return await attempt;
            if (!Repetition.DidNothing(attempt.Exception?.InnerException)) refusal = null;
        }

        throw refusal ?? new InterruptedException();
    }

    /// <summary>None at first, for what lost a race is settled at once; then longer, for a dead silo is not replaced before it was found to be dead.</summary>
    public Task Pause(CancellationToken cancellationToken) => Task.Delay(
        ++_pauses == 1 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 25 << Math.Min(_pauses, 8))), time, cancellationToken);
}

internal static class Repetition
{
    /// <summary>A silo that lives has nearly always answered by then; asking it twice costs little, for a session knows what it has done already.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(1.5);

    /// <summary>Longer than legacy's own total timeout: only a silo that is gone, or frozen, lets an attempt end without an answer.</summary>
    public static readonly TimeSpan AttemptPatience = TimeSpan.FromSeconds(4);

    /// <summary>A refusal for the moment: it is about the attempt that met it, and not about the request.</summary>
    public static bool SaysNothingOfOthers(Exception e) => e is StorageUnavailableException or LeaseLostException or ClosingException or LeadUnavailableException or OverloadedException;

    /// <summary>Refused, for whatever reason: of all answers but these it is not known whether the change took effect.</summary>
    public static bool DidNothing(Exception? e) => e is GaiaException { MayHaveTakenEffect: false } and not StaleEpochException { Begun: true };

    /// <summary>Asked again it is answered by somebody else, or by one that can.</summary>
    public static bool Lost(Exception e) => Unanswered.Is(e) && !TooMuch(e);

    public static bool TooMuch(Exception e) => e is LimitExceededException or GatewayTooBusyException;

    /// <summary>A read may be repeated whatever became of it: the activation that lives now answers.</summary>
    public static async Task<T> OfRead<T>(Func<Task<T>> read, TimeSpan silence, TimeProvider time, CancellationToken cancellationToken, bool leased = true)
    {
        var repetition = new Repetition<T>(silence, time, reads: true, leased);
        while (true)
        {
            repetition.Add(Asked());
            try
            {
                if (await repetition.Next(cancellationToken) is (true, var answer)) return answer;
            }
            catch (StaleEpochException)
            {
                await repetition.Pause(cancellationToken);
            }
        }

        // A call that fails before it is a task fails like any other.
        async Task<T> Asked() => await read();
    }
}
