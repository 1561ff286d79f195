using System.Net;
using Microsoft.Extensions.Options;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>Checks what is promised to callers.</summary>
internal sealed class ModelCalls(Model model, ModelClock clock, Action<string> count)
{
    // WaitAsync counts whole milliseconds.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(1);

    private readonly HashSet<object> _failures = new(ReferenceEqualityComparer.Instance);

    /// <summary>A call needs a token.</summary>
    public void OnStarted(PendingCall call)
    {
        call.WaitingSince = clock.Now;
        if (call.Rejected is null)
        {
            model.ExpectRenewal();
        }
        else
        {
            AskForAnother(model.Find(call.Rejected)!);
        }
    }

    /// <summary>A request to the API.</summary>
    public void OnSent(PendingCall call, string value)
    {
        ModelToken? token = CheckToken(value);
        if (token is null)
        {
            return;
        }

        ModelToken? last = call.Sent.LastOrDefault();
        call.Sent.Add(token);
        if (last is not null)
        {
            model.Require(call.Status == HttpStatusCode.Unauthorized && call.IsResendable, "A request was sent again that should not be.");
            model.Require(!call.IsAboutPath.Certainly, "A request was sent again though the API refuses every token on its path.");
            model.Require(call.Sent.Count == 2 || (call.Sent.Count == 3 && last.IsFromStore), "A request was sent too often.");
            model.Require(token != last || token.IsAccepted, "A request was sent again with a token that has never been accepted.");
        }

        call.Status = null;
    }

    /// <summary>The API's response, before the handler gets it.</summary>
    public void OnResponse(PendingCall call, HttpStatusCode status)
    {
        call.Status = status;
        ModelToken token = call.Sent[^1];
        if (status == HttpStatusCode.Unauthorized)
        {
            OnRejected(call, token);
        }
        else if (status is not HttpStatusCode.TooManyRequests and < HttpStatusCode.InternalServerError)
        {
            token.AcceptedOn.Add(call.Path!);
            model.Paths.OnAccepted(call.Path!);
            if (token == model.Current)
            {
                token.IsSuspect = false;
                model.Forced.EndRow();
            }
        }
    }

    public void OnGotToken(PendingCall call, string value)
    {
        End(call, "token");
        CheckToken(value);
        model.Require(value != call.Rejected, "A caller got the token that it reported as rejected.");
    }

    public void OnGotResponse(PendingCall call, HttpStatusCode status)
    {
        End(call, $"{(int)status} after {call.Sent.Count} sent");
        model.Require(status == call.Status, "A caller got another response than the API's last.");
        if (status != HttpStatusCode.Unauthorized || model.IsDisposed)
        {
            return;
        }

        ModelToken token = call.Sent[^1];
        if (call.Sent.Count > 1)
        {
            if (token != call.Sent[^2])
            {
                model.Paths.OnRefused(call.Path!, token, model.Current, clock.Now);
            }
        }
        else if (call.IsResendable && !call.IsAboutPath.Perhaps && model.Current is { IsUsable: true } current)
        {
            model.Require(current == token, "A 401 was returned although there is another token.");
            model.Require(!token.IsAccepted, "A 401 was returned at once although the token has been accepted before.");
        }
    }

    public void OnFailed(PendingCall call, Exception exception)
    {
        switch (exception)
        {
            case OperationCanceledException:
                End(call, "cancelled");
                model.Require(call.Cancellation.IsCancellationRequested, "A call was cancelled, but not by its caller.");
                break;

            case ObjectDisposedException:
                End(call, "disposed");
                model.Require(model.IsDisposed && call.Sent.Count == 0, "A call got ObjectDisposedException too early, or instead of a response.");
                break;

            case OptionsValidationException:
                End(call, "invalid settings");
                model.Require(model.Requests == 0, "A caller got OptionsValidationException although there were valid settings.");
                break;

            case TokenRequestException failure:
                model.Require(_failures.Add(failure), "Two callers got the same exception.");
                model.Require(call.Sent.Count == 0, "A call got an exception instead of the 401.");
                model.Require(failure.ErrorDescription is null || failure.ErrorDescription == model.Secret, "A caller got a failure of old credentials.");
                End(call, $"no token: {ReasonFor(call, failure)}");
                break;

            default:
                model.Require(false, $"A caller got {exception}");
                End(call, exception.GetType().Name);
                break;
        }
    }

    /// <summary>Nothing is left to run: whoever still waits must have something to wait for.</summary>
    public void OnRest(PendingCall call)
    {
        call.HasWaited = true;
        if (call.IsAtApi)
        {
            return;
        }

        model.Require(!call.Cancellation.IsCancellationRequested, "A call doesn't end though its caller cancelled it.");
        model.Require(!model.IsDisposed, "A call doesn't end after Dispose.");
        model.Require(clock.Now - call.WaitingSince < Model.Timeout, "A caller waits longer than its limit.");
        if (model.Current is { IsUsable: true } current)
        {
            model.Require(current.Value == call.Rejected, "A caller waits although there is a usable token.");
            model.Require(model.InFlight is not null, "The caller of a rejected token waits over a backoff.");
        }
        else if (model.InFlight is null)
        {
            model.Require(model.Failure is { IsTransient: true } failure && clock.Now < failure.At + failure.Longest, "A caller waits for nothing.");
            model.Require(model.Failure?.WasYoungAt(Later(call.WaitingSince, model.Failure.At)) != false, "A caller waits over a backoff in a long outage.");
        }
    }

    private void OnRejected(PendingCall call, ModelToken token)
    {
        if (call.Sent.Count > 1 && (call.Sent.Count > 2 || token == call.Sent[0] || !token.IsFromStore))
        {
            // Only a store's token that replaced another is replaced once more.
            return;
        }

        if (call.Sent.Count == 1)
        {
            call.IsAboutPath = (model.Paths.MayBeAboutPath(call.Path!, clock.Now), model.Paths.IsAboutPath(call.Path!, clock.Now));
        }

        (call.Rejected, call.WaitingSince) = (token.Value, clock.Now);
        if (!call.IsAboutPath.Perhaps)
        {
            AskForAnother(token);
        }
    }

    private void AskForAnother(ModelToken rejected)
    {
        rejected.OnRejected();
        model.ExpectRequestToReplace(rejected);
        if (rejected == model.Current && !rejected.IsPastMargin)
        {
            rejected.IsSuspect |= rejected.IsUsable;
            if (model.Failure?.OnSuspect(isCertain: rejected.IsUsable) == true)
            {
                count("backoff shortened");
            }
        }
    }

    private ModelToken? CheckToken(string value)
    {
        ModelToken? token = model.Find(value);
        model.Require(token is not null, "A token was used that nobody granted.");
        model.Require(token?.Secret == model.Secret, "A token of old credentials was used.");
        model.Require(token?.IsPastWallMargin == false, "A token was used past its margin by the wall clock.");
        model.Require(token is { IsPastMonotonicMargin: false } or { SeemsUsable: true }, "A token was used past its margin by the monotonic clock.");
        return token;
    }

    /// <summary>Why a call may fail now.</summary>
    private string ReasonFor(PendingCall call, TokenRequestException exception)
    {
        TimeSpan left = Model.Timeout - (clock.Now - call.WaitingSince);
        ModelToken? current = model.Current;
        model.Require(current?.IsUsable != true || current.Value == call.Rejected, "A call fails although there is a usable token.");
        model.Require(exception.RetryAfter is null || model.InFlight is null, "RetryAfter is given though a request is in flight.");
        if (left < Tolerance)
        {
            return "its time is over";
        }

        if (current is not null && current.Value == call.Rejected && !current.IsPastMargin)
        {
            return "the rejected token is not replaced";
        }

        if (model.Failure is not { } failure)
        {
            model.Require(false, "A call fails without a reason.");
            return "none";
        }

        model.Require(call.WaitingSince < failure.At || !failure.IsOver, "A call fails although the backoff is over.");
        TimeSpan retryAfter = exception.RetryAfter ?? TimeSpan.Zero;
        model.Require(retryAfter >= failure.Shortest - failure.Elapsed, "RetryAfter is shorter than the backoff.");
        model.Require(exception.RetryAfter is null || retryAfter <= failure.Longest - failure.Elapsed, "RetryAfter is longer than the backoff.");
        model.Require(model.IsOutageLogged, "A call fails without a token, and nothing is logged.");
        if (failure.IsTransient && failure.WasYoungAt(clock.Now))
        {
            model.Require(retryAfter >= left - Tolerance, "A call fails in a short outage although the next request is due before its time is over.");
            return "the backoff is longer than its time";
        }

        return failure.IsTransient ? "the outage is long" : "permanent";
    }

    private void End(PendingCall call, string how)
    {
        call.HasEnded = true;
        count($"{call.Kind}: {how}{(call.HasWaited ? ", after waiting" : "")}");
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
