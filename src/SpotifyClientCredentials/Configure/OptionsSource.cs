using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Configure;

/// <summary>The last valid settings of one app, and notice of their changes. The first ones are read once for all who wait for them.</summary>
/// <remarks>
/// IOptionsMonitor would be simpler, but after an invalid reload it throws to every reader until the next valid one: a typing error in a
/// configuration file would end all calls of an application that still has good credentials. It also keeps a first read that failed.
/// </remarks>
internal sealed class OptionsSource : IDisposable
{
    private readonly object _readLock = new(); // held while settings are read, so that those read before a change never replace those read after it
    private readonly Func<OptionsSnapshot> _read;
    private readonly FirstRead _firstRead;
    private readonly ILogger _logger;
    private readonly IDisposable[] _registrations;
    private volatile OptionsSnapshot? _current;

    public OptionsSource(
        Func<IOptionsFactory<SpotifyClientCredentialsOptions>> getFactory,
        IEnumerable<IOptionsChangeTokenSource<SpotifyClientCredentialsOptions>> changes,
        ConfigurationKeys keys,
        TimeProvider timeProvider,
        ILogger logger)
    {
        // Resolved no earlier than it's used: the factory brings the services that Configure depends on, such as a vault's typed client, whose
        // handler may need the provider that is being created.
        IOptionsFactory<SpotifyClientCredentialsOptions>? factory = null;
        _read = () => keys.Snapshot((factory ??= getFactory()).Create(keys.AppName));
        _logger = logger;
        AppName = keys.AppName;
        _firstRead = new FirstRead(ReadFirst, DisplayName, timeProvider, logger);
        _registrations = [.. changes
            .Where(source => (source.Name ?? Options.DefaultName) == keys.AppName)
            .Select(source => ChangeToken.OnChange(source.GetChangeToken, Reload))];
    }

    /// <summary>Settings that don't change.</summary>
    public OptionsSource(OptionsSnapshot options)
        : this(() => throw new UnreachableException(), [], new ConfigurationKeys(options.AppName), TimeProvider.System, NullLogger.Instance) =>
        _current = options;

    /// <summary>Raised after the settings changed, from any thread, without a lock.</summary>
    public event Action? Changed;

    /// <summary>The name of the app; empty for the unnamed one.</summary>
    public string AppName { get; }

    /// <summary>The name of the app in messages.</summary>
    public string DisplayName => OptionsSnapshot.DisplayNameOf(AppName);

    /// <summary>The settings, or null if they haven't been read. Reads nothing.</summary>
    public OptionsSnapshot? Known => _current;

    /// <summary>Whether the current flow of execution reads the first settings.</summary>
    public bool IsReadingHere => _firstRead.IsHere;

    /// <summary><see cref="GetAsync"/> for a caller that blocks.</summary>
    public OptionsSnapshot Current => GetAsync(isAsync: false, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>The settings of a provider without a container.</summary>
    /// <exception cref="OptionsValidationException">A setting is missing or invalid.</exception>
    public static OptionsSource Create(SpotifyClientCredentialsOptions options)
    {
        ConfigurationKeys keys = new(Options.DefaultName);
        ValidateOptionsResult result = new OptionsValidator(keys).Validate(keys.AppName, options);
        return result.Failed
            ? throw new OptionsValidationException(keys.AppName, typeof(SpotifyClientCredentialsOptions), result.Failures)
            : new OptionsSource(keys.Snapshot(options));
    }

    /// <summary>Gets the settings. The first callers wait for them together, each no longer than the default time limit.</summary>
    /// <param name="isAsync">False to block the calling thread, by the machine's clock.</param>
    /// <param name="cancellationToken">Ends this caller's wait and no other's.</param>
    /// <exception cref="OptionsValidationException">The settings are invalid, and none were valid before.</exception>
    /// <exception cref="TokenRequestException">They couldn't be read for another reason, or not in time.</exception>
    public ValueTask<OptionsSnapshot> GetAsync(bool isAsync, CancellationToken cancellationToken) =>
        _current is { } current ? new ValueTask<OptionsSnapshot>(current) : GetFirstAsync(isAsync, cancellationToken);

    /// <summary>Reads the first settings, if they haven't been read.</summary>
    /// <param name="isOptional">Whether the caller can do without them.</param>
    /// <param name="isAsync">False to block the calling thread, by the machine's clock.</param>
    /// <param name="cancellationToken">Ends this caller's wait and no other's.</param>
    public ValueTask ReadAsync(bool isOptional, bool isAsync, CancellationToken cancellationToken) =>
        isOptional ? _firstRead.TryWaitAsync(isAsync, cancellationToken) : _firstRead.WaitAsync(isAsync, cancellationToken);

    /// <summary>Reads the settings when the host starts, in the time that it takes. Throws what the application's code throws.</summary>
    public void ReadAtStart() => _firstRead.Wait();

    public void Dispose()
    {
        _firstRead.Cancel();
        foreach (IDisposable registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private async ValueTask<OptionsSnapshot> GetFirstAsync(bool isAsync, CancellationToken cancellationToken)
    {
        await _firstRead.WaitAsync(isAsync, cancellationToken).ConfigureAwait(false);
        return _current!;
    }

    private void ReadFirst()
    {
        lock (_readLock)
        {
            _current ??= _read();
        }
    }

    private void Reload()
    {
        try
        {
            lock (_readLock)
            {
                if (_current is null)
                {
                    _firstRead.Reset();
                    return;
                }

                _current = _read();
            }
        }
        catch (Exception e)
        {
            Log.InvalidReload(_logger, DisplayName, FirstRead.ReasonOf(e));
            return;
        }

        Changed?.Invoke();
    }
}
