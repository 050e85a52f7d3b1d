package pulse

import "testing"

func TestEveryWatcherIsWokenAndFastBeatsAreOne(t *testing.T) {
	t.Parallel()
	var p Pulse
	p.Beat() // nobody listens: nothing happens
	a, stopA := p.Watch()
	b, stopB := p.Watch()
	defer stopB()
	p.Beat()
	p.Beat()
	<-a
	<-b
	select {
	case <-a:
		t.Fatal("two beats were two values")
	default:
	}
	stopA()
	p.Beat()
	<-b
	select {
	case <-a:
		t.Fatal("woken after stop")
	default:
	}
}
