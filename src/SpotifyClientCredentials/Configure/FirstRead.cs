using System.Globalization;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Configure;

/// <summary>The first read of an app's settings: one for all who wait, that belongs to none of them, and no other until the backoff after a failure is over.</summary>
/// <param name="read">Reads the settings.</param>
/// <param name="appName">The name of the app in messages.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">The logger.</param>
internal sealed class FirstRead(Action read, string appName, TimeProvider timeProvider, ILogger logger)
{
    private const string NeedsItself = "The settings of a Spotify app can't be read with a token of the same app.";

    // The limit of callers until the settings, and with them their own limit, are known.
    private static readonly TimeSpan Limit = new SpotifyClientCredentialsOptions().TokenRequestTimeout;

    private readonly object _lock = new();
    private readonly AsyncLocal<Task?> _here = new(); // the read that the current flow of execution belongs to
    private SettingsRead? _last;
    private volatile bool _wasMissed;                 // whether a caller has needed the settings and not got them
    private int _loggedMiss;                          // the level at which the last one was logged; 0 if none was since the settings changed

    /// <summary>Whether the current flow of execution is the read: Configure may read a vault through a client that has the bearer handler itself.</summary>
    public bool IsHere => _here.Value is { IsCompleted: false };

    /// <summary>Waits for the settings, at most as long as a token request takes by default.</summary>
    /// <param name="isAsync">False to block the calling thread, by the machine's clock.</param>
    /// <param name="cancellationToken">Ends this caller's wait and no other's.</param>
    public async ValueTask WaitAsync(bool isAsync, CancellationToken cancellationToken)
    {
        SettingsRead current = IsHere ? throw new InvalidOperationException(NeedsItself) : Start();
        Task<Backoff?> reading = current.Ended;
        try
        {
            bool isInTime = isAsync || current.Wait(Limit, cancellationToken);
            Backoff? failed = isInTime ? await reading.WaitAsync(Limit, timeProvider, cancellationToken).ConfigureAwait(false) : throw new TimeoutException();
            if (failed is not null)
            {
                throw Missed(ForCaller(failed));
            }
        }
        catch (TimeoutException)
        {
            string message = string.Create(CultureInfo.InvariantCulture, $"The settings of app '{appName}' weren't read within {Limit.TotalSeconds} s.");
            throw Missed(new TokenRequestException(message, isTransient: true));
        }
        catch (Exception) when (reading.IsCanceled)
        {
            throw new ObjectDisposedException(typeof(ClientCredentialsTokenProvider).FullName);
        }
    }

    /// <summary>Waits for a caller that can do without the settings. No such caller waits once they were missed: a read that is due is only started.</summary>
    /// <inheritdoc cref="WaitAsync"/>
    public async ValueTask TryWaitAsync(bool isAsync, CancellationToken cancellationToken)
    {
        if (_wasMissed)
        {
            _ = Start();
            return;
        }

        try
        {
            await WaitAsync(isAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TokenRequestException or OptionsValidationException or ObjectDisposedException)
        {
            // Without settings, no request to Spotify works. Others aren't concerned.
        }
    }

    /// <summary>Reads on the calling thread if the read hasn't begun, waits as long as it takes, and throws what the read threw.</summary>
    public void Wait()
    {
        SettingsRead current = Start();
        current.Run();
        if (current.Ended.GetAwaiter().GetResult() is { } failed)
        {
            ExceptionDispatchInfo.Throw(failed.Failure.InnerException!);
        }
    }

    /// <summary>The settings changed: the next caller reads again.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _last = null;
            Volatile.Write(ref _loggedMiss, 0);
        }
    }

    /// <summary>Ends all waits.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            _last?.Cancel();
            // After a failure or without a read, later waits end too.
            (_last = new SettingsRead(Read, previous: null)).Cancel();
        }
    }

    // Only the library's own messages are known to contain no secret: all else comes from the application's code, such as a vault.
    public static string ReasonOf(Exception cause) => cause switch
    {
        OptionsValidationException or InvalidOperationException { Message: NeedsItself } => cause.Message,
        { InnerException: { } inner } => $"{cause.GetType().Name}: {ReasonOf(inner)}",
        _ => cause.GetType().Name,
    };

    private SettingsRead Start()
    {
        lock (_lock)
        {
            Backoff? failed = _last?.Ended is { IsCompletedSuccessfully: true } ended ? ended.Result : null;
            if (_last is null || failed?.Remaining(timeProvider) <= TimeSpan.Zero)
            {
                _last = new SettingsRead(Read, failed);
                _last.Queue();
            }

            return _last;
        }
    }

    private Backoff? Read(SettingsRead current)
    {
        _here.Value = current.Ended;
        try
        {
            read();
            return null;
        }
        catch (Exception e)
        {
            TokenRequestException failure = new($"The settings of app '{appName}' couldn't be read: {ReasonOf(e)}", isTransient: true, e);
            return Backoff.After(failure, current.Previous, timeProvider, usableFor: TimeSpan.Zero);
        }
    }

    private Exception ForCaller(Backoff failed) => failed.Failure.InnerException is OptionsValidationException invalid
        ? new OptionsValidationException(invalid.OptionsName, invalid.OptionsType, invalid.Failures)
        // Without the cause, whose message may contain a secret.
        : new TokenRequestException(failed.Failure.Message, isTransient: true) { RetryAfter = failed.Remaining(timeProvider) is { Ticks: > 0 } left ? left : null };

    private Exception Missed(Exception failure)
    {
        _wasMissed = true;
        LogLevel level = failure is OptionsValidationException ? LogLevel.Error : LogLevel.Warning;
        if (Interlocked.Exchange(ref _loggedMiss, (int)level) < (int)level)
        {
            Log.NoToken(logger, level, appName, failure.Message);
        }

        return failure;
    }
}
